#include "base/kill_points.h"

#ifdef STREAMWRIGHT_KILL_POINTS

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <unistd.h>

namespace engine {

namespace {

// One order, such as "write:3+5".
class Order {
public:
    Order(const char* variable, int signal) : m_text(std::getenv(variable)), m_signal(signal) { }
    void pass(const char* name)
    {
        if (!m_text) return;
        const std::size_t length = std::strlen(name);
        if (std::strncmp(m_text, name, length) != 0 || (m_text[length] != 0 && m_text[length] != ':')) return;
        char* rest = nullptr;
        const long at = m_text[length] == ':' ? std::strtol(m_text + length + 1, &rest, 10) : 1;
        if (++m_passed != at) return;
        if (!rest || *rest != '+') return send();
        const std::chrono::milliseconds later(std::strtol(rest + 1, nullptr, 10));
        std::thread([this, later] {
            std::this_thread::sleep_for(later);
            send();
        }).detach();
    }

private:
    void send() const { ::kill(::getpid(), m_signal); }
    const char* const m_text;
    const int m_signal;
    std::atomic<long> m_passed = 0;
};

}  // namespace

void killPoint(const char* name)
{
    static Order kill("STREAMWRIGHT_KILL_AT", SIGKILL), stop("STREAMWRIGHT_STOP_AT", SIGSTOP);
    kill.pass(name);
    stop.pass(name);
}

}  // namespace engine

#endif
