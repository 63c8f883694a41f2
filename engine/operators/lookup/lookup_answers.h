#pragma once

#include "base/time.h"
#include "state/state_store.h"

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace engine {

// What came back for one key: rows as state/row_bytes.h writes them, none when the table has no such key, or
// the reason for which nobody knows.
struct LookupAnswer {
    bool isFailed = false;
    std::string reason{};
    std::vector<std::string> rows{};
};

// A key that was asked for. Key and place are constant while others hold it; the answer is the task's alone.
struct LookupQuestion {
    std::string key{};  // bytes of state/key_codec.h
    bool isAnswered = false;
    LookupAnswer answer{};
    std::int64_t expiresUs = 0;
    std::size_t bytes = 0;
    bool isKept = false;
    std::list<std::shared_ptr<LookupQuestion>>::iterator place{};  // while kept
};
using LookupQuestionPtr = std::shared_ptr<LookupQuestion>;

// Answers for later rows, the least recently used of which make room for new ones, and the questions that are
// under way. A table of state for what it weighs: it is never saved, and rows that wait ask again after a
// restart. Belongs to the instance's task.
class LookupAnswers final : public StateTable {
public:
    static constexpr const char* kName = "answers";
    LookupAnswers();
    // Forgets all, and takes these bounds. `ttlUs` 0: an answer holds until it makes room.
    void begin(std::int64_t rowsMost, std::int64_t ttlUs);
    LookupQuestionPtr find(std::string_view key, std::int64_t nowUs);  // null: it is to be asked
    LookupQuestionPtr add(std::string_view key);                       // under way from now on
    void take(const LookupQuestionPtr& question, LookupAnswer answer, std::int64_t nowUs);
    std::size_t kept() const { return m_kept.size(); }
    void setTableBytes(std::size_t bytes) { m_tableBytes = bytes; }  // of what is held besides

    const TableSchema& schema() const override { return m_schema; }
    std::size_t rows() const override { return 0; }  // none of the user's
    std::size_t bytes() const override { return m_bytes + m_tableBytes; }
    std::shared_ptr<const FrozenTable> freeze() override;
    Status restore(const TableSchema& saved, const StateRow& row) override;

private:
    struct HashOf {
        std::size_t operator()(std::string_view key) const;
    };
    void forget(const LookupQuestionPtr& question);
    TableSchema m_schema;
    std::unordered_map<std::string_view, LookupQuestionPtr, HashOf> m_questions;  // by their own key
    std::list<LookupQuestionPtr> m_kept;  // the most recently used first
    std::int64_t m_rowsMost = 0, m_rows = 0, m_ttlUs = 0;
    std::size_t m_bytes = 0, m_tableBytes = 0;
};

}  // namespace engine
