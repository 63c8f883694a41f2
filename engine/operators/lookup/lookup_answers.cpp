#include "operators/lookup/lookup_answers.h"

#include "state/key_hash.h"

#include <algorithm>

namespace engine {
namespace {

class NothingFrozen final : public FrozenTable {
public:
    explicit NothingFrozen(TableSchema schema) : m_schema(std::move(schema)) { }
    const TableSchema& schema() const override { return m_schema; }
    std::size_t rows() const override { return 0; }
    void visit(const std::function<void(const StateRow&)>&) const override { }

private:
    TableSchema m_schema;
};

// An answer without rows takes a place too.
std::int64_t placesOf(const LookupAnswer& answer)
{
    return std::max<std::int64_t>(1, static_cast<std::int64_t>(answer.rows.size()));
}

std::size_t bytesOf(const LookupQuestion& question)
{
    constexpr std::size_t kNodes = 96;  // of the list and of the map
    std::size_t total = sizeof question + question.key.capacity() + kNodes;
    for (const std::string& row : question.answer.rows) total += sizeof row + row.capacity();
    return total;
}

}  // namespace

std::size_t LookupAnswers::HashOf::operator()(std::string_view key) const { return hashText(key); }

LookupAnswers::LookupAnswers() : m_schema{kName, 1, {}, {}, {}} { }

void LookupAnswers::begin(std::int64_t rowsMost, std::int64_t ttlUs)
{
    m_questions.clear();
    m_kept.clear();
    m_rows = 0;
    m_bytes = m_tableBytes = 0;
    m_rowsMost = rowsMost;
    m_ttlUs = ttlUs;
}

LookupQuestionPtr LookupAnswers::find(std::string_view key, std::int64_t nowUs)
{
    const auto found = m_questions.find(key);
    if (found == m_questions.end()) return nullptr;
    const LookupQuestionPtr question = found->second;
    if (!question->isKept) return question;
    if (nowUs >= question->expiresUs) {
        forget(question);
        return nullptr;
    }
    m_kept.splice(m_kept.begin(), m_kept, question->place);
    return question;
}

LookupQuestionPtr LookupAnswers::add(std::string_view key)
{
    auto question = std::make_shared<LookupQuestion>();
    question->key = key;
    m_questions.emplace(question->key, question);
    return question;
}

void LookupAnswers::take(const LookupQuestionPtr& question, LookupAnswer answer, std::int64_t nowUs)
{
    question->answer = std::move(answer);
    question->isAnswered = true;
    const auto found = m_questions.find(question->key);
    if (found == m_questions.end() || found->second != question) return;
    if (question->answer.isFailed || placesOf(question->answer) > m_rowsMost) {
        m_questions.erase(found);
        return;
    }
    question->expiresUs = m_ttlUs > 0 ? nowUs + m_ttlUs : kEndOfTime;
    question->isKept = true;
    question->bytes = bytesOf(*question);
    m_kept.push_front(question);
    question->place = m_kept.begin();
    m_rows += placesOf(question->answer);
    m_bytes += question->bytes;
    while (m_rows > m_rowsMost) forget(LookupQuestionPtr(m_kept.back()));
}

void LookupAnswers::forget(const LookupQuestionPtr& question)
{
    m_rows -= placesOf(question->answer);
    m_bytes -= question->bytes;
    m_kept.erase(question->place);
    question->isKept = false;
    m_questions.erase(question->key);
}

std::shared_ptr<const FrozenTable> LookupAnswers::freeze()
{
    return std::make_shared<NothingFrozen>(m_schema);
}

Status LookupAnswers::restore(const TableSchema&, const StateRow&)
{
    return Error{ErrorCode::Corrupt, "Answers of a look-up are never saved, and yet there is one.", {}};
}

}  // namespace engine
