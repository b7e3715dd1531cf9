#pragma once

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <string>
#include <system_error>
#include <thread>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace reslab {

/// An HTTP server on this machine that offers one file and fails as it is told to.
class HttpServer {
 public:
  struct Behaviour {
    std::string content;
    bool ranges = true;  // answers requests for a part of the file
    int broken = 0;  // number of answers, from the first on, that end after `broken_after` bytes
    std::size_t broken_after = 0;
    std::string status{};    // "404 Not Found": the answer to every request
    std::string redirect{};  // the path that every other path is redirected to
  };

  explicit HttpServer(Behaviour behaviour) : behaviour_(std::move(behaviour)) {
    std::signal(SIGPIPE, SIG_IGN);
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        listen(listener_, 8) != 0)
      throw std::system_error(errno, std::generic_category(), "a server on 127.0.0.1");
    socklen_t size = sizeof address;
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~HttpServer() {
    shutdown(listener_, SHUT_RDWR);
    close(listener_);
    thread_.join();
  }
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::string url(const std::string& path = "/archive.tar.gz") const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }
  int requests() const { return requests_; }
  /// Bytes of the file that were sent in all answers together.
  std::size_t bytes_sent() const { return bytes_sent_; }

 private:
  void serve() {
    for (;;) {
      const int connection = accept(listener_, nullptr, nullptr);
      if (connection < 0) return;
      answer(connection, request(connection));
      shutdown(connection, SHUT_WR);
      close(connection);
    }
  }

  static std::string request(int connection) {
    std::string text;
    char byte = 0;
    while (text.find("\r\n\r\n") == text.npos && recv(connection, &byte, 1, 0) == 1) text += byte;
    return text;
  }

  void answer(int connection, const std::string& request) {
    const int number = ++requests_;
    const auto path = request.substr(4, request.find(' ', 4) - 4);
    if (!behaviour_.status.empty())
      return send_all(connection,
                      "HTTP/1.1 " + behaviour_.status + "\r\nContent-Length: 0\r\n\r\n");
    if (!behaviour_.redirect.empty() && path != behaviour_.redirect)
      return send_all(connection, "HTTP/1.1 302 Found\r\nLocation: " + behaviour_.redirect +
                                      "\r\nContent-Length: 0\r\n\r\n");
    std::size_t begin = 0;
    const auto range = request.find("Range: bytes=");
    if (range != request.npos && behaviour_.ranges) begin = std::stoul(request.substr(range + 13));
    const auto whole = behaviour_.content.size();
    if (begin >= whole && begin > 0)
      return send_all(connection,
                      "HTTP/1.1 416 Range Not Satisfiable\r\nContent-Length: 0\r\n\r\n");
    std::string head = begin == 0 ? "HTTP/1.1 200 OK\r\n"
                                  : "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes " +
                                        std::to_string(begin) + "-" + std::to_string(whole - 1) +
                                        "/" + std::to_string(whole) + "\r\n";
    head += "Content-Length: " + std::to_string(whole - begin) + "\r\n\r\n";
    auto body = behaviour_.content.substr(begin);
    if (number <= behaviour_.broken) body.resize(std::min(body.size(), behaviour_.broken_after));
    bytes_sent_ += body.size();
    send_all(connection, head + body);
  }

  static void send_all(int connection, const std::string& text) {
    for (std::size_t sent = 0; sent < text.size();) {
      const auto now = send(connection, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
      if (now <= 0) return;
      sent += static_cast<std::size_t>(now);
    }
  }

  Behaviour behaviour_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<int> requests_ = 0;
  std::atomic<std::size_t> bytes_sent_ = 0;
  std::thread thread_;
};

}  // namespace reslab
