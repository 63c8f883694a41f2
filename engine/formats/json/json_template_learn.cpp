// How a template is made from a record.
#include "formats/json/json_shape.h"
#include "formats/json/json_template.h"

#include <algorithm>
#include <cstring>

namespace engine {

// Walks over the record that a template is learned from. Knows nothing of values but where they end.
class JsonTemplate::Learner {
public:
    Learner(JsonTemplate& made, std::string_view line) : m_made(made), m_line(line) { }

    // The whole line; `plan` is the root.
    bool learn(const JsonStep& plan)
    {
        skipBlanks();
        if (!takeObject(&plan)) return false;
        skipBlanks();
        if (m_at != m_line.size()) return false;
        m_made.addLiteral(m_line.substr(m_literal), m_made.m_tail, m_made.m_tailBytes);
        return true;
    }

private:
    void skipBlanks()
    {
        while (m_at < m_line.size() && isJsonBlank(m_line[m_at])) ++m_at;
    }
    bool takeByte(char byte)
    {
        skipBlanks();
        if (m_at >= m_line.size() || m_line[m_at] != byte) return false;
        ++m_at;
        return true;
    }
    bool takeKey(std::string_view& key)
    {
        if (!takeByte('"')) return false;
        const std::size_t end = m_line.find('"', m_at);
        if (end == std::string_view::npos) return false;
        key = m_line.substr(m_at, end - m_at);
        m_at = end + 1;
        return key.find('\\') == std::string_view::npos && takeByte(':');
    }

    // `step` is what is wanted of the object, or null: nothing.
    bool takeObject(const JsonStep* step)
    {
        if (!takeByte('{')) return false;
        std::vector<std::string_view> keys;
        std::size_t found = 0;
        do {
            std::string_view key;
            if (!takeKey(key) || std::find(keys.begin(), keys.end(), key) != keys.end()) return false;
            keys.push_back(key);
            const JsonStep* wanted = nullptr;
            for (std::size_t i = 0; step && i < step->steps.size(); ++i) {
                if (step->steps[i].key != key) continue;
                if (wanted) return false;
                wanted = &step->steps[i];
                ++found;
            }
            skipBlanks();
            if (m_at < m_line.size() && m_line[m_at] == '{') {
                if (wanted && wanted->kind != JsonStep::Object) return false;
                if (!takeObject(wanted)) return false;
            } else if (!takeScalar(wanted)) {
                return false;
            }
        } while (takeByte(','));
        for (std::size_t i = 0; step && found < step->steps.size() && i < step->steps.size(); ++i)
            if (std::find(keys.begin(), keys.end(), step->steps[i].key) == keys.end() &&
                !addAbsent(step->steps[i]))
                return false;
        return takeByte('}');
    }

    bool addAbsent(const JsonStep& step)
    {
        for (const JsonStep& below : step.steps)
            if (!addAbsent(below)) return false;
        if (!step.steps.empty()) return true;
        m_made.m_absent.push_back(step.column);
        return !step.required;
    }

    bool takeScalar(const JsonStep* step)
    {
        static constexpr std::pair<JsonStep::Kind, Kind> kKinds[] = {{JsonStep::Text, Kind::Text},
                                                                     {JsonStep::Integer, Kind::Integer},
                                                                     {JsonStep::Number, Kind::Number},
                                                                     {JsonStep::Flag, Kind::Flag},
                                                                     {JsonStep::Time, Kind::Time}};
        Member member;
        if (m_made.m_members.size() == kMembersMax) return false;
        if (step) {
            const auto kind = std::find_if(std::begin(kKinds), std::end(kKinds),
                                           [&](const auto& pair) { return pair.first == step->kind; });
            if (kind == std::end(kKinds)) return false;
            member.kind = kind->second;
            member.required = step->required;
            member.column = step->column;
            member.time = &step->time;
        }
        m_made.addLiteral(m_line.substr(m_literal, m_at - m_literal), member.literal, member.literalBytes);
        m_made.m_members.push_back(member);
        m_literal = m_at = valueEnd();
        return m_at != std::string_view::npos;
    }

    // Behind the scalar at m_at; npos where there is none.
    std::size_t valueEnd() const
    {
        if (m_at >= m_line.size()) return std::string_view::npos;
        if (m_line[m_at] != '"') {
            const std::size_t end = m_line.find_first_of(",}] \t\r\n", m_at);
            return end == m_at || m_line[m_at] == '[' ? std::string_view::npos : end;
        }
        for (std::size_t end = m_at + 1; end < m_line.size(); ++end) {
            if (m_line[end] == '"') return end + 1;
            if (m_line[end] == '\\') ++end;
        }
        return std::string_view::npos;
    }

    JsonTemplate& m_made;
    std::string_view m_line;
    std::size_t m_at = 0, m_literal = 0;  // the literal under way begins there
};

bool JsonTemplate::learn(std::string_view line, const JsonStep& plan, std::optional<std::size_t> timeColumn)
{
    m_members.clear();
    m_words.clear();
    m_absent.clear();
    if (!Learner(*this, line).learn(plan)) return false;
    m_lineBytes = line.size() + 1;
    m_hasTime = timeColumn.has_value();
    if (!m_hasTime) return true;
    const auto time = std::find_if(m_members.begin(), m_members.end(), [&](const Member& member) {
        return member.kind == Kind::Time && member.column == *timeColumn;
    });
    if (time == m_members.end()) return false;
    time->required = true;
    m_timeMember = static_cast<std::size_t>(time - m_members.begin());
    return true;
}

void JsonTemplate::addLiteral(std::string_view literal, std::uint32_t& place, std::uint32_t& bytes)
{
    place = static_cast<std::uint32_t>(m_words.size());
    bytes = static_cast<std::uint32_t>(literal.size());
    for (std::size_t at = 0; at < literal.size(); at += 8) {
        const std::size_t count = std::min<std::size_t>(8, literal.size() - at);
        Word word;
        std::memcpy(&word.bytes, literal.data() + at, count);
        word.mask = count == 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << (8 * count)) - 1;
        m_words.push_back(word);
    }
}

}  // namespace engine
