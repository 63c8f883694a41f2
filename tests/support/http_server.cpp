#include "support/http_server.h"

#include "base/check.h"

#include <algorithm>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace engine {

HttpServer::HttpServer(Answer answer) : m_answer(std::move(answer))
{
    m_socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    CHECK(::bind(m_socket, reinterpret_cast<sockaddr*>(&address), size) == 0);
    CHECK(::listen(m_socket, 64) == 0);
    CHECK(::getsockname(m_socket, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    m_port = ntohs(address.sin_port);
    m_accepting = std::jthread([this] { accept(); });
}

HttpServer::~HttpServer()
{
    m_isEnding = true;
    ::shutdown(m_socket, SHUT_RDWR);
    m_accepting.join();
    ::close(m_socket);
    m_serving.clear();
}

void HttpServer::accept()
{
    while (!m_isEnding) {
        const int connection = ::accept(m_socket, nullptr, nullptr);
        if (connection < 0) continue;
        const std::lock_guard lock(m_mutex);
        m_serving.emplace_back([this, connection] { serve(connection); });
    }
}

void HttpServer::serve(int connection)
{
    std::string text;
    char bytes[4096];
    while (text.find("\r\n\r\n") == std::string::npos) {
        const ssize_t count = ::recv(connection, bytes, sizeof bytes, 0);
        if (count <= 0) break;
        text.append(bytes, static_cast<std::size_t>(count));
    }
    const std::size_t begin = text.find(' ') + 1, end = text.find(' ', begin);
    if (begin != 0 && end != std::string::npos) {
        const Request request{text.substr(begin, end - begin), text};
        {
            const std::lock_guard lock(m_mutex);
            m_paths.push_back(request.path);
        }
        const std::string answer = m_answer(request);
        for (std::size_t sent = 0; sent < answer.size();) {
            const ssize_t count =
                ::send(connection, answer.data() + sent, answer.size() - sent, MSG_NOSIGNAL);
            if (count <= 0) break;
            sent += static_cast<std::size_t>(count);
        }
    }
    ::close(connection);
}

std::vector<std::string> HttpServer::paths() const
{
    const std::lock_guard lock(m_mutex);
    return m_paths;
}

int HttpServer::count(const std::string& path) const
{
    const auto all = paths();
    return static_cast<int>(std::ranges::count(all, path));
}

std::string HttpServer::status(const std::string& line, const std::string& body)
{
    return "HTTP/1.1 " + line + "\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) +
        "\r\n\r\n" + body;
}

std::string HttpServer::ok(const std::string& body) { return status("200 OK", body); }

}  // namespace engine
