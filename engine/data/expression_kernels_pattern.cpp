#include "base/limits.h"
#include "data/expression_kernels.h"
#include "data/utf8.h"

#include <openssl/evp.h>
#include <re2/re2.h>

#include <array>
#include <optional>

namespace engine {

namespace {

constexpr std::int64_t kPatternMemoryBytes = 1 << 20;

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

// A LIKE pattern taken apart: what must be found between the wildcards.
struct LikePattern {
    struct Part {
        enum Kind : std::uint8_t { Text, One, Any } kind = Text;
        std::string text{};
    };
    std::vector<Part> parts{};

    static std::optional<LikePattern> compile(std::string_view pattern, std::string_view escape)
    {
        LikePattern out;
        for (std::size_t at = 0; at < pattern.size();) {
            std::string_view sign = pattern.substr(at, codePointBytes(pattern, at));
            at += sign.size();
            const bool escaped = !escape.empty() && sign == escape;
            if (escaped) {
                if (at == pattern.size()) return std::nullopt;
                sign = pattern.substr(at, codePointBytes(pattern, at));
                if (sign != "%" && sign != "_" && sign != escape) return std::nullopt;
                at += sign.size();
            }
            if (!escaped && (sign == "%" || sign == "_")) {
                const Part::Kind kind = sign == "%" ? Part::Any : Part::One;
                if (kind == Part::One || out.parts.empty() || out.parts.back().kind != Part::Any)
                    out.parts.push_back({kind, {}});
                continue;
            }
            if (out.parts.empty() || out.parts.back().kind != Part::Text)
                out.parts.push_back({Part::Text, {}});
            out.parts.back().text += sign;
        }
        return out;
    }

    bool matches(std::string_view text) const
    {
        constexpr std::size_t kNone = ~std::size_t{0};
        std::size_t at = 0, part = 0, anyPart = kNone, anyAt = 0;
        for (;;) {
            if (part < parts.size() && parts[part].kind == Part::Any) {
                if (part + 1 == parts.size()) return true;
                anyPart = part++;
                anyAt = at;
                continue;
            }
            const bool isLast = part == parts.size();
            if (isLast && at == text.size()) return true;
            if (!isLast && parts[part].kind == Part::One && at < text.size()) {
                at += codePointBytes(text, at);
                ++part;
                continue;
            }
            if (!isLast && parts[part].kind == Part::Text && text.substr(at).starts_with(parts[part].text)) {
                at += parts[part++].text.size();
                continue;
            }
            // Back to the last %: it takes one character more.
            if (anyPart == kNone || anyAt >= text.size()) return false;
            anyAt += codePointBytes(text, anyAt);
            at = anyAt;
            part = anyPart + 1;
        }
    }
};

void likeKernel(Call& call)
{
    const auto* ready = static_cast<const LikePattern*>(call.state);
    call.eachValid([&](std::uint32_t row) {
        if (ready) return call.out.setFlag(row, ready->matches(call[0].text(row)));
        const auto pattern = LikePattern::compile(
            call[1].text(row), call.args.size() > 2 ? call[2].text(row) : std::string_view());
        if (pattern)
            call.out.setFlag(row, pattern->matches(call[0].text(row)));
        else
            call.out.fault(row, "bad escape in a LIKE pattern");
    });
}

std::shared_ptr<const RE2> compiled(std::string_view pattern)
{
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(kPatternMemoryBytes);
    return std::make_shared<const RE2>(piece(pattern), options);
}

// The constant pattern, or one compiled for the row; kept while the next row has the same.
class PatternOf {
public:
    explicit PatternOf(const Call& call) : m_call(call), m_ready(static_cast<const RE2*>(call.state)) { }
    const RE2* at(std::uint32_t row)
    {
        if (m_ready) return m_ready;
        const std::string_view text = m_call[1].text(row);
        if (!m_last || m_last->pattern() != text) m_last = compiled(text);
        return m_last->ok() ? m_last.get() : nullptr;
    }

private:
    const Call& m_call;
    const RE2* m_ready;
    std::shared_ptr<const RE2> m_last;
};

void extractKernel(Call& call)
{
    PatternOf patterns(call);
    call.out.shareText(call[0].column);
    std::vector<re2::StringPiece> groups;
    call.eachValid([&](std::uint32_t row) {
        const RE2* pattern = patterns.at(row);
        const std::string_view text = call[0].text(row);
        const std::int64_t group = call.args.size() > 2 ? call[2].integer(row) : 0;
        if (!pattern || group < 0 || group > pattern->NumberOfCapturingGroups()) return call.out.setNull(row);
        groups.resize(static_cast<std::size_t>(group) + 1);
        const bool found = pattern->Match(piece(text), 0, text.size(), RE2::UNANCHORED, groups.data(),
                                          static_cast<int>(groups.size()));
        if (!found || !groups.back().data()) return call.out.setNull(row);
        call.out.setShared(row, {groups.back().data(), groups.back().size()});
    });
}

void replacePatternKernel(Call& call)
{
    PatternOf patterns(call);
    std::string made;
    call.eachValid([&](std::uint32_t row) {
        if (call.isInVain()) return;
        const RE2* pattern = patterns.at(row);
        const std::string_view text = call[0].text(row), by = call[2].text(row);
        if (!pattern) return call.out.setNull(row);
        made.clear();
        re2::StringPiece match;
        std::size_t at = 0, copied = 0;
        while (at <= text.size() && made.size() <= limits::kStringResultBytes &&
               pattern->Match(piece(text), at, text.size(), RE2::UNANCHORED, &match, 1)) {
            const auto start = static_cast<std::size_t>(match.data() - text.data());
            made.append(text.substr(copied, start - copied)).append(by);
            copied = start + match.size();
            at = copied;
            // An empty match is passed by one character, or it would be found again.
            if (match.empty()) at += at < text.size() ? codePointBytes(text, at) : 1;
        }
        made.append(text.substr(copied));
        call.out.setText(row, made);
    });
}

NodePtr bindPattern(ExpressionBinder& binder, const ExpressionTree& tree, Kernel kernel, DataType third,
                    std::size_t least)
{
    if (!argumentCount(binder, tree, least, 3)) return nullptr;
    std::vector<NodePtr> nodes;
    for (std::size_t i = 0; i < tree.children.size(); ++i) {
        NodePtr node = argument(binder, tree, i, i < 2 ? DataType::String : third);
        if (!node) return nullptr;
        nodes.push_back(std::move(node));
    }
    KernelTraits traits{true, true, {}};
    const Scalar* literal = nodes[1]->literal();
    if (literal && !literal->isNull()) {
        auto pattern = compiled(std::get<std::string>(literal->value));
        if (!pattern->ok())
            return binder.fail("The regular expression cannot be read: " + pattern->error() + ".",
                               tree.children[1]);
        const Scalar* group = third == DataType::Int64 && nodes.size() > 2 ? nodes[2]->literal() : nullptr;
        if (group && !group->isNull() &&
            std::get<std::int64_t>(group->value) > pattern->NumberOfCapturingGroups())
            return binder.fail("The regular expression has " +
                                   std::to_string(pattern->NumberOfCapturingGroups()) +
                                   " groups; there is none of this number.",
                               tree.children[2]);
        traits.state = std::move(pattern);
    }
    return callNode(DataType::String, kernel, std::move(nodes), std::move(traits));
}

void digestRows(Call& call, const EVP_MD* algorithm)
{
    static constexpr std::string_view kDigits = "0123456789abcdef";
    EVP_MD_CTX* const context = EVP_MD_CTX_new();
    call.eachValid([&](std::uint32_t row) {
        const std::string_view text = call[0].text(row);
        std::array<unsigned char, EVP_MAX_MD_SIZE> sum{};
        unsigned int size = 0;
        const bool fine = context && EVP_DigestInit_ex(context, algorithm, nullptr) == 1 &&
            EVP_DigestUpdate(context, text.data(), text.size()) == 1 &&
            EVP_DigestFinal_ex(context, sum.data(), &size) == 1;
        if (!fine) return call.out.fault(row, "checksum not available");
        std::array<char, 2 * EVP_MAX_MD_SIZE> hex{};
        for (unsigned int i = 0; i < size; ++i) {
            hex[2 * i] = kDigits[sum[i] >> 4];
            hex[2 * i + 1] = kDigits[sum[i] & 15];
        }
        call.out.setText(row, {hex.data(), 2 * std::size_t{size}});
    });
    EVP_MD_CTX_free(context);
}

}  // namespace

NodePtr bindLike(ExpressionBinder& binder, const ExpressionTree& tree)
{
    std::vector<NodePtr> nodes;
    for (std::size_t i = 0; i < tree.children.size(); ++i) {
        NodePtr node = argument(binder, tree, i, DataType::String);
        if (!node) return nullptr;
        nodes.push_back(std::move(node));
    }
    std::string escape;
    bool known = nodes[1]->literal() && !nodes[1]->literal()->isNull();
    if (nodes.size() > 2) {
        const Scalar* sign = nodes[2]->literal();
        known = known && sign && !sign->isNull();
        if (sign && !sign->isNull()) escape = std::get<std::string>(sign->value);
        if (sign && !sign->isNull() && codePointCount(escape) != 1)
            return binder.fail("ESCAPE takes a single character.", tree.children[2]);
    }
    KernelTraits traits{!known, true, {}};
    if (known) {
        auto pattern = LikePattern::compile(std::get<std::string>(nodes[1]->literal()->value), escape);
        if (!pattern)
            return binder.fail("Behind the ESCAPE character expected %, _ or the character itself.",
                               tree.children[1]);
        traits.state = std::make_shared<const LikePattern>(std::move(*pattern));
    }
    return callNode(DataType::Bool, likeKernel, std::move(nodes), std::move(traits));
}

NodePtr bindRegexpExtract(ExpressionBinder& binder, const ExpressionTree& tree)
{
    return bindPattern(binder, tree, extractKernel, DataType::Int64, 2);
}

NodePtr bindRegexpReplace(ExpressionBinder& binder, const ExpressionTree& tree)
{
    return bindPattern(binder, tree, replacePatternKernel, DataType::String, 3);
}

void md5Kernel(Call& call) { digestRows(call, EVP_md5()); }
void sha256Kernel(Call& call) { digestRows(call, EVP_sha256()); }

}  // namespace engine
