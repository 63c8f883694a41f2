#pragma once

#include "operators/lookup/lookup_pool.h"
#include "operators/lookup/lookup_spec.h"

#include <curl/curl.h>

namespace engine {

// Takes a URL apart: `{column}` stands for the value of a key. The mistake as an error.
Result<std::vector<UrlPart>> parseUrl(const std::string& url, const std::vector<LookupKey>& keys);
// The URL for a key, its values percent-encoded.
std::string urlFor(const std::vector<UrlPart>& parts, std::string_view key);

// Asks a service for one key by HTTP and takes the columns out of the JSON object that it answers. 404 and
// 204, an empty body and null mean that there is no such key; it follows no redirection. One for each thread
// of a pool, on that thread, with a connection of its own.
class HttpClient final : public LookupClient {
public:
    HttpClient(LookupSpecPtr spec, std::shared_ptr<const Secret> token, const std::atomic<bool>& isEnding);
    ~HttpClient() override;
    LookupAnswer ask(std::string_view key) override;
    void interrupt() override;

private:
    static std::size_t takeBytes(char* data, std::size_t size, std::size_t count, void* into);
    CURLcode perform();
    void readBody(LookupAnswer& answer);
    std::string wentWrong(CURLcode code) const;
    const LookupSpecPtr m_spec;
    const std::atomic<bool>& m_isEnding;
    std::unique_ptr<Decoder> m_decoder;
    std::string m_body, m_minified;
    bool m_isTooLarge = false;
    char m_error[CURL_ERROR_SIZE] = {};
    CURL* m_transfer = nullptr;
    CURLM* m_multi = nullptr;
    curl_slist* m_headers = nullptr;
};

}  // namespace engine
