#include "app/fetch/download.h"

#include <array>
#include <memory>
#include <thread>

#include <curl/curl.h>

#include "reslab/base/error.h"
#include "reslab/base/file.h"

namespace reslab::app {
namespace {

constexpr long kConnectSeconds = 20;
constexpr long kSilentSeconds = 30;  // a connection without data for this long is broken
constexpr long kMostRedirections = 10;
constexpr long kRangeNotSatisfiable = 416;  // HTTP: the file is not longer than what is here

/// The result of one request.
struct Answer {
  CURLcode result;
  long http_status;
  std::string reason;
};

/// One request for the rest of a file.
class Request {
 public:
  Request(const std::string& url, const std::filesystem::path& path,
          const DownloadProgress& progress)
      : file_(path),
        begin_(static_cast<std::int64_t>(std::filesystem::file_size(path))),
        progress_(progress) {
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_PROTOCOLS_STR, "http,https,file");
    set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    set(CURLOPT_FOLLOWLOCATION, 1L);
    set(CURLOPT_MAXREDIRS, kMostRedirections);
    set(CURLOPT_FAILONERROR, 1L);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
    set(CURLOPT_LOW_SPEED_LIMIT, 1L);
    set(CURLOPT_LOW_SPEED_TIME, kSilentSeconds);
    set(CURLOPT_RESUME_FROM_LARGE, static_cast<curl_off_t>(begin_));
    set(CURLOPT_ERRORBUFFER, reason_.data());
    set(CURLOPT_WRITEFUNCTION, &Request::write);
    set(CURLOPT_WRITEDATA, this);
    set(CURLOPT_XFERINFOFUNCTION, &Request::show);
    set(CURLOPT_XFERINFODATA, this);
    set(CURLOPT_NOPROGRESS, 0L);
  }

  /// Throws IoError if the file cannot be written.
  Answer perform() {
    const auto result = curl_easy_perform(handle_.get());
    if (failure_) std::rethrow_exception(failure_);
    Answer answer{result, 0, reason_[0] != 0 ? reason_.data() : curl_easy_strerror(result)};
    curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &answer.http_status);
    return answer;
  }

 private:
  template <class Value>
  void set(CURLoption option, Value value) {
    if (curl_easy_setopt(handle_.get(), option, value) != CURLE_OK)
      throw std::logic_error("libcurl does not know option " + std::to_string(option));
  }

  static std::size_t write(const char* data, std::size_t, std::size_t size, void* self) {
    auto& request = *static_cast<Request*>(self);
    try {
      request.file_.append({data, size});
    } catch (...) {  // no exception may pass libcurl
      request.failure_ = std::current_exception();
      return 0;
    }
    return size;
  }

  static int show(void* self, curl_off_t total, curl_off_t now, curl_off_t, curl_off_t) {
    const auto& request = *static_cast<const Request*>(self);
    if (request.progress_ && now > 0)
      request.progress_(request.begin_ + now, total > 0 ? request.begin_ + total : 0);
    return 0;
  }

  std::unique_ptr<CURL, void (*)(CURL*)> handle_{curl_easy_init(), &curl_easy_cleanup};
  GrowingFile file_;
  std::int64_t begin_;
  const DownloadProgress& progress_;
  std::array<char, CURL_ERROR_SIZE> reason_{};
  std::exception_ptr failure_;
};

/// Whether another attempt may succeed.
bool may_pass(const Answer& answer) {
  switch (answer.result) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_HTTP2_STREAM:
      return true;
    case CURLE_HTTP_RETURNED_ERROR:
      return answer.http_status >= 500 || answer.http_status == 429;
    default:
      return false;
  }
}

}  // namespace

void download(const std::string& url, const std::filesystem::path& path,
              const DownloadProgress& progress, const DownloadOptions& options) {
  auto partial = path;
  partial += ".partial";
  auto pause = options.pause;
  for (int attempt = 1;; ++attempt) {
    const auto answer = Request(url, partial, progress).perform();
    if (answer.result == CURLE_OK || answer.http_status == kRangeNotSatisfiable) break;
    if (answer.result == CURLE_RANGE_ERROR) {  // the server sends whole files only
      std::filesystem::remove(partial);
      continue;
    }
    if (attempt >= options.attempts || !may_pass(answer)) throw IoError(url + ": " + answer.reason);
    std::this_thread::sleep_for(pause);
    pause *= 2;
  }
  put_in_place(partial, path);
}

}  // namespace reslab::app
