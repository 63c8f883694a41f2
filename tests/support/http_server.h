#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace engine {

// A server of one test on a free port of this computer: each request is given to a function, whose bytes are
// sent as they are, and the connection is then closed. The function may wait; it runs on a thread of its
// connection.
class HttpServer {
public:
    struct Request {
        std::string path{}, headers{};
    };
    using Answer = std::function<std::string(const Request&)>;
    explicit HttpServer(Answer answer);
    ~HttpServer();
    std::string url() const { return "http://127.0.0.1:" + std::to_string(m_port); }
    std::vector<std::string> paths() const;  // asked for so far
    int count(const std::string& path) const;

    static std::string ok(const std::string& body);
    static std::string status(const std::string& line, const std::string& body = {});

private:
    void accept();
    void serve(int socket);
    const Answer m_answer;
    int m_socket = -1, m_port = 0;
    std::atomic<bool> m_isEnding = false;
    mutable std::mutex m_mutex;
    std::vector<std::string> m_paths;  // guarded by m_mutex, as is what follows
    std::vector<std::jthread> m_serving;
    std::jthread m_accepting;
};

// A door that tests keep shut until they have seen enough.
class Gate {
public:
    void open()
    {
        {
            const std::lock_guard lock(m_mutex);
            m_isOpen = true;
        }
        m_changed.notify_all();
    }
    // At the door; goes through when it is open.
    void pass()
    {
        std::unique_lock lock(m_mutex);
        ++m_waiting;
        m_most = std::max(m_most, m_waiting);
        m_changed.notify_all();
        m_changed.wait(lock, [this] { return m_isOpen; });
        --m_waiting;
    }
    void waitFor(int waiting)
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [&] { return m_waiting >= waiting || m_isOpen; });
    }
    int most() const
    {
        const std::lock_guard lock(m_mutex);
        return m_most;
    }

private:
    mutable std::mutex m_mutex;
    std::condition_variable m_changed;
    bool m_isOpen = false;
    int m_waiting = 0, m_most = 0;
};

}  // namespace engine
