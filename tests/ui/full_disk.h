#pragma once

#include <csignal>
#include <sys/resource.h>

// While it lives, writing a file fails in its middle, as on a full disk: by a limit on the size of files.
class FullDisk {
public:
    FullDisk()
    {
        ::getrlimit(RLIMIT_FSIZE, &m_before);
        const struct rlimit small {
            512, m_before.rlim_max
        };
        std::signal(SIGXFSZ, SIG_IGN);
        ::setrlimit(RLIMIT_FSIZE, &small);
    }
    ~FullDisk() { ::setrlimit(RLIMIT_FSIZE, &m_before); }
    FullDisk(const FullDisk&) = delete;
    FullDisk& operator=(const FullDisk&) = delete;

private:
    struct rlimit m_before { };
};
