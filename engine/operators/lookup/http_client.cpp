#include "operators/lookup/http_client.h"

#include "data/time_text.h"
#include "spec/json.h"
#include "state/key_codec.h"
#include "state/row_bytes.h"

#include <algorithm>
#include <mutex>
#include <simdjson.h>

namespace engine {
namespace {

constexpr int kPollMs = 1000;  // interrupt() ends it sooner
constexpr long kHttpOk = 200, kHttpNoContent = 204, kHttpRedirect = 300, kHttpNotFound = 404;

void initialiseOnce()
{
    static std::once_flag flag;
    std::call_once(flag, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

std::string textOf(const KeyPart& part)
{
    std::string text;
    switch (part.type) {
    case DataType::Bool: return part.bits != 0 ? "true" : "false";
    case DataType::Int64: return std::to_string(static_cast<std::int64_t>(part.bits));
    case DataType::Float64: return numberText(std::bit_cast<double>(part.bits));
    case DataType::Time: appendIso8601Millis(text, static_cast<std::int64_t>(part.bits)); return text;
    case DataType::String: return std::string(part.text);
    }
    return text;
}

// Dots alone would climb out of the folder that the URL means.
void appendEncoded(std::string& into, const std::string& text)
{
    static constexpr char kHex[] = "0123456789ABCDEF";
    const bool isDots = text == "." || text == "..";
    for (const char c : text) {
        const bool isPlain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
            c == '-' || c == '_' || c == '~' || (c == '.' && !isDots);
        const auto byte = static_cast<unsigned char>(c);
        if (isPlain)
            into += c;
        else
            into.append({'%', kHex[byte >> 4], kHex[byte & 15]});
    }
}

Error urlError(std::string message) { return {ErrorCode::InvalidSpec, std::move(message), "url"}; }

}  // namespace

Result<std::vector<UrlPart>> parseUrl(const std::string& url, const std::vector<LookupKey>& keys)
{
    const std::size_t scheme = url.find("://");
    if (scheme == std::string::npos || (url.substr(0, scheme) != "http" && url.substr(0, scheme) != "https"))
        return urlError("The URL begins with http:// or https://, such as https://host/machines/{id}.");
    const std::size_t host = url.find_first_of("/?", scheme + 3);
    std::vector<UrlPart> parts(1);
    std::vector<bool> used(keys.size());
    for (std::size_t i = 0; i < url.size(); ++i) {
        if (static_cast<unsigned char>(url[i]) <= ' ')
            return urlError("The URL holds a space or a line end; write %20 for a space.");
        if (url[i] != '{') {
            parts.back().text += url[i];
            continue;
        }
        const std::size_t end = url.find('}', i);
        if (end == std::string::npos)
            return urlError("A { in the URL is not closed; write } behind the key.");
        const std::string name = url.substr(i + 1, end - i - 1);
        const auto key = std::ranges::find(keys, name, &LookupKey::inputName);
        if (key == keys.end())
            return urlError("The URL speaks of {" + name + "}, which is none of the keys.");
        if (i < host)
            return urlError("A key cannot stand in the name of the host; write it behind the host.");
        used[static_cast<std::size_t>(key - keys.begin())] = true;
        parts.push_back({{}, static_cast<std::size_t>(key - keys.begin())});
        parts.emplace_back();
        i = end;
    }
    const auto unused = std::ranges::find(used, false);
    if (unused != used.end())
        return urlError("The URL does not speak of the key \"" +
                        keys[static_cast<std::size_t>(unused - used.begin())].inputName +
                        "\"; write it in braces where its value belongs.");
    return parts;
}

std::string urlFor(const std::vector<UrlPart>& parts, std::string_view key)
{
    std::vector<std::string> values;
    for (KeyPart part; takeKeyPart(key, part);) values.push_back(textOf(part));
    std::string url;
    for (const UrlPart& part : parts) {
        url += part.text;
        if (part.key) appendEncoded(url, values[*part.key]);
    }
    return url;
}

HttpClient::HttpClient(LookupSpecPtr spec, std::shared_ptr<const Secret> token,
                       const std::atomic<bool>& isEnding)
    : m_spec(std::move(spec)),
      m_isEnding(isEnding),
      m_decoder(m_spec->decoder(m_spec->decode))
{
    initialiseOnce();
    m_transfer = curl_easy_init();
    m_multi = curl_multi_init();
    CHECK(m_transfer && m_multi);
    m_headers = curl_slist_append(nullptr, "Accept: application/json");
    const auto set = [this](CURLoption option, auto value) {
        CHECK(curl_easy_setopt(m_transfer, option, value) == CURLE_OK);
    };
    set(CURLOPT_HTTPHEADER, m_headers);
    set(CURLOPT_USERAGENT, "streamwright/" STREAMWRIGHT_VERSION);
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_PATH_AS_IS, 1L);
    set(CURLOPT_QUICK_EXIT, 1L);
    set(CURLOPT_ACCEPT_ENCODING, "");
    set(CURLOPT_ERRORBUFFER, static_cast<char*>(m_error));
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(std::max<std::int64_t>(1, m_spec->timeoutUs / 1000)));
    set(CURLOPT_WRITEFUNCTION, &HttpClient::takeBytes);
    set(CURLOPT_WRITEDATA, static_cast<void*>(this));
    if (!token) return;
    set(CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BEARER));
    set(CURLOPT_XOAUTH2_BEARER, token->value().c_str());
}

HttpClient::~HttpClient()
{
    curl_easy_cleanup(m_transfer);
    curl_multi_cleanup(m_multi);
    curl_slist_free_all(m_headers);
}

void HttpClient::interrupt() { curl_multi_wakeup(m_multi); }

std::size_t HttpClient::takeBytes(char* data, std::size_t size, std::size_t count, void* into)
{
    auto& self = *static_cast<HttpClient*>(into);
    self.m_isTooLarge = self.m_body.size() + size * count > limits::kLookupBodyBytes;
    if (self.m_isTooLarge) return 0;
    self.m_body.append(data, size * count);
    return size * count;
}

// By way of a multi handle, whose waiting another thread can end.
CURLcode HttpClient::perform()
{
    if (curl_multi_add_handle(m_multi, m_transfer) != CURLM_OK) return CURLE_FAILED_INIT;
    int running = 1;
    CURLcode code = CURLE_ABORTED_BY_CALLBACK;
    while (!m_isEnding) {
        if (curl_multi_perform(m_multi, &running) != CURLM_OK) break;
        int left = 0;
        if (const CURLMsg* message = curl_multi_info_read(m_multi, &left)) {
            code = message->data.result;
            break;
        }
        if (running == 0) break;
        curl_multi_poll(m_multi, nullptr, 0, kPollMs, nullptr);
    }
    curl_multi_remove_handle(m_multi, m_transfer);
    return code;
}

std::string HttpClient::wentWrong(CURLcode code) const
{
    if (m_isTooLarge)
        return "answered with more than " + std::to_string(limits::kLookupBodyBytes >> 10) + " KiB.";
    if (code == CURLE_OPERATION_TIMEDOUT)
        return "did not answer within " + std::to_string(m_spec->timeoutUs / 1000) + " ms.";
    return "gave no answer: " + std::string(m_error[0] ? m_error : curl_easy_strerror(code)) + ".";
}

LookupAnswer HttpClient::ask(std::string_view key)
{
    LookupAnswer answer;
    const auto failed = [&](const std::string& what) {
        answer.isFailed = true;
        answer.reason = "GET " + m_spec->urlText + " " + what;
    };
    m_body.clear();
    m_isTooLarge = false;
    m_error[0] = '\0';
    const std::string url = urlFor(m_spec->url, key);
    if (curl_easy_setopt(m_transfer, CURLOPT_URL, url.c_str()) != CURLE_OK) {
        failed("is no URL for one of the keys.");
        return answer;
    }
    const CURLcode code = perform();
    long status = 0;
    curl_easy_getinfo(m_transfer, CURLINFO_RESPONSE_CODE, &status);
    if (code != CURLE_OK)
        failed(wentWrong(code));
    else if (status == kHttpOk)
        readBody(answer);
    else if (status >= kHttpRedirect && status < kHttpRedirect + 100)
        failed("answered " + std::to_string(status) + ": it has moved; write the URL that it moved to.");
    else if (status != kHttpNotFound && status != kHttpNoContent)
        failed("answered " + std::to_string(status) + ".");
    return answer;
}

void HttpClient::readBody(LookupAnswer& answer)
{
    const auto failed = [&](const std::string& why) {
        answer.isFailed = true;
        answer.reason = "GET " + m_spec->urlText + " answered with what cannot be used: " + why;
    };
    m_minified.resize(m_body.size());
    std::size_t size = 0;
    if (simdjson::minify(m_body.data(), m_body.size(), m_minified.data(), size) != simdjson::SUCCESS)
        return failed("It is no JSON.");
    m_minified.resize(size);
    if (m_minified.empty() || m_minified == "null") return;
    m_minified.push_back('\n');
    RawChunk chunk;
    chunk.bytes = Buffer::copyOf(m_minified);
    DecodedChunk decoded;
    m_decoder->decode(chunk, decoded);
    if (!decoded.rejects.empty()) return failed(decoded.rejects.front().reason);
    for (const RecordBatch& batch : decoded.batches)
        forEachRow(batch, [&](std::uint32_t row) {
            std::string& values = answer.rows.emplace_back();
            for (std::size_t i = 0; i < batch.columns(); ++i) appendValue(values, batch.column(i), row);
        });
    if (answer.rows.size() == 1) return;
    answer.rows.clear();
    failed("One object is expected.");
}

}  // namespace engine
