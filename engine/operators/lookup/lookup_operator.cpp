#include "operators/lookup/lookup_operator.h"

#include "operators/lookup/http_client.h"
#include "operators/lookup/sqlite_client.h"
#include "state/key_codec.h"
#include "state/row_bytes.h"

#include <algorithm>

namespace engine {
namespace {

// Rows that wait before no more are taken: enough to keep all threads busy.
constexpr std::size_t kWaitingRows = limits::kBatchRows, kWaitingBytes = limits::kChannelBytes;
constexpr Duration kLookAgain = std::chrono::seconds(1);  // for answers; a saved timer asks after a restart
constexpr std::size_t kSqliteAtOnce = 32;  // so that a thread is not woken for a few microseconds of work

}  // namespace

LookupOperator::LookupOperator(LookupSpecPtr spec) : m_spec(std::move(spec))
{
    for (const Field& field : m_spec->added->fields()) m_values.emplace_back(field.type);
}

Status LookupOperator::open(OperatorContext& context)
{
    m_context = &context;
    m_held = &context.state.table<HeldRows>(HeldRows::kName, m_spec->input);
    m_answers = &context.state.table<LookupAnswers>(LookupAnswers::kName);
    m_answers->begin(m_spec->cacheRows, m_spec->cacheTtlUs);
    if (m_spec->source != LookupSpec::Source::Csv) return openPool();
    m_csv =
        std::make_unique<CsvLoader>(context.env.files, pathFrom(context.baseDirectory, m_spec->path), m_spec);
    TRY(m_csv->open());
    arm();
    return ok();
}

Status LookupOperator::openPool()
{
    LookupPool::MakeClient make;
    std::size_t atOnce = 1;
    if (m_spec->source == LookupSpec::Source::Sqlite) {
        const std::string path = pathFrom(m_context->baseDirectory, m_spec->path);
        const std::atomic<bool> isEnding = false;
        TRY(SqliteClient(path, m_spec, isEnding).open());
        atOnce = kSqliteAtOnce;
        make = [spec = m_spec, path](const std::atomic<bool>& ending) {
            return std::make_unique<SqliteClient>(path, spec, ending);
        };
    } else {
        std::shared_ptr<const Secret> token;
        if (!m_spec->tokenName.empty()) {
            auto secret = readSecret(m_context->env, m_spec->tokenName);
            if (!secret) return secret.error();
            if (std::ranges::any_of(secret->value(), [](char c) { return c <= ' ' || c > '~'; }))
                return Error{ErrorCode::InvalidSpec,
                             "The secret \"" + m_spec->tokenName +
                                 "\" is no bearer token: it holds a space, a line end or a letter that is "
                                 "not ASCII.",
                             {}};
            token = std::make_shared<const Secret>(std::move(*secret));
        }
        make = [spec = m_spec, token](const std::atomic<bool>& ending) {
            return std::make_unique<HttpClient>(spec, token, ending);
        };
    }
    m_pool = std::make_unique<LookupPool>(std::move(make), m_spec->concurrency, atOnce, m_context->waker);
    return m_pool->start();
}

Result<Flow> LookupOperator::process(int, const RecordBatch& batch, Output& out)
{
    if (!m_isTaken) {
        m_isTaken = true;
        askForRestored();
        if (batch.rows() > 0) {
            m_held->add(batch);
            if (m_pool) askFor(batch, 0);
        }
    }
    auto flow = release(out);
    if (!flow || *flow == Flow::Done) m_isTaken = false;
    return flow;
}

// Rows that wait must not be passed by the time or by the end.
Result<Flow> LookupOperator::advance(std::int64_t watermarkUs, Output&)
{
    if (m_held->rows() == 0 || watermarkUs <= m_passedUs) return Flow::Done;
    m_held->follow(watermarkUs);
    return Flow::Held;
}

Result<Flow> LookupOperator::tick(Timestamp, Output& out)
{
    if (m_csv) m_csv->look();
    askForRestored();
    return release(out);
}

Result<Flow> LookupOperator::finish(Output&)
{
    if (m_held->rows() == 0) return Flow::Done;
    m_isEnding = true;  // comes again when it wants input
    return Flow::More;
}

bool LookupOperator::wantsInput() const
{
    if (m_held->rows() == 0) return true;
    return !m_isEnding && m_held->rows() < kWaitingRows && m_held->bytes() < kWaitingBytes;
}

// False: a NULL, which nothing matches.
bool LookupOperator::keyOf(const RecordBatch& batch, std::uint32_t row)
{
    m_key.clear();
    for (const LookupKey& key : m_spec->keys) {
        const Column& column = batch.column(key.inputColumn);
        if (column.isNull(row)) return false;
        appendKey(m_key, column, row);
    }
    return true;
}

void LookupOperator::askFor(const RecordBatch& batch, std::size_t first)
{
    const std::int64_t now = nowUs();
    for (std::size_t i = first; i < batch.rows(); ++i) {
        if (!keyOf(batch, batch.physicalRow(i))) {
            m_waiting.emplace_back();
            continue;
        }
        LookupQuestionPtr question = m_answers->find(m_key, now);
        if (!question) {
            question = m_answers->add(m_key);
            m_unasked.push_back(question);
        }
        m_waiting.push_back(std::move(question));
    }
}

// Rows that came back from a checkpoint, or that the operator before this one held.
void LookupOperator::askForRestored()
{
    if (!m_pool || m_giving || !m_waiting.empty() || m_held->rows() == 0) return;
    m_held->forEachBatch([this](const RecordBatch& batch, std::size_t first) { askFor(batch, first); });
}

void LookupOperator::takeAnswers()
{
    if (!m_pool) return;
    m_pool->takeAnswers(m_answered);
    const std::int64_t now = nowUs();
    for (auto& [question, answer] : m_answered) m_answers->take(question, std::move(answer), now);
    m_answered.clear();
    while (!m_unasked.empty() && m_pool->ask(m_unasked.front())) m_unasked.pop_front();
}

std::size_t LookupOperator::readyRows() const
{
    if (m_csv) return m_held->rows();
    const auto waits = [](const LookupQuestionPtr& question) { return question && !question->isAnswered; };
    return static_cast<std::size_t>(std::ranges::find_if(m_waiting, waits) - m_waiting.begin());
}

// Gives on the rows whose answers are there, up to the first that waits.
Result<Flow> LookupOperator::release(Output& out)
{
    takeAnswers();
    for (;;) {
        if (!m_giving) {
            const std::size_t ready = readyRows();
            if (ready == 0) break;
            m_giving = m_held->take(ready);
            m_next = m_match = 0;
            if (m_csv) m_table = m_csv->table();
        }
        TRY(give(out));
        if (m_next < m_giving.rows()) return Flow::More;
        m_passedUs = std::max(m_passedUs, m_giving.watermarks().after);
        out.passed(m_giving.watermarks().after);
        m_giving = {};
    }
    arm();
    return Flow::Done;
}

// One batch of the output.
Status LookupOperator::give(Output& out)
{
    const std::size_t first = m_next;
    while (m_next < m_giving.rows() && m_rows.size() < limits::kBatchRows)
        TRY(giveRow(m_giving.physicalRow(m_next), out));
    if (m_rows.empty()) return ok();
    const bool isLast = m_next == m_giving.rows();
    const Watermarks marks{.before = m_giving.watermarkBefore(m_giving.physicalRow(first)),
                           .after = isLast ? m_giving.watermarks().after
                                           : m_giving.watermarkBefore(m_giving.physicalRow(m_next))};
    std::vector<Column> columns;
    for (std::size_t i = 0; i < m_giving.columns(); ++i) columns.push_back(m_giving.column(i).take(m_rows));
    for (ColumnBuilder& values : m_values) columns.push_back(values.finish());
    HiddenColumns hidden = m_giving.hidden();
    hidden.firstRow = 0;
    for (Column* column : {&hidden.eventTime, &hidden.watermarkBefore})
        if (column->size() > 0) *column = column->take(m_rows);
    out.push(RecordBatch(m_spec->output, std::move(columns), m_rows.size(), std::move(hidden), marks));
    m_rows.clear();
    return ok();
}

// The matches of one row, as many as the batch has room for; goes on to the next row behind the last.
Status LookupOperator::giveRow(std::uint32_t row, Output& out)
{
    const auto next = [this] {
        if (!m_csv) m_waiting.pop_front();
        ++m_next;
        m_match = 0;
    };
    std::span<const std::string_view> found;
    std::span<const std::string> answered;
    bool isPadded = !m_spec->isInner;
    if (m_csv) {
        if (keyOf(m_giving, row)) found = m_table->find(m_key);
    } else if (const LookupQuestionPtr& question = m_waiting.front()) {
        const LookupAnswer& answer = question->answer;
        if (answer.isFailed && m_spec->onFailure == LookupSpec::OnFailure::Fail)
            return Error{ErrorCode::Unavailable, "A look-up failed. " + answer.reason, {}};
        if (answer.isFailed && m_spec->onFailure == LookupSpec::OnFailure::Reject) {
            out.reject(m_giving, row, answer.reason, {});
            next();
            return ok();
        }
        isPadded |= answer.isFailed;
        answered = answer.rows;
    }
    const std::size_t matches = found.size() + answered.size();
    for (; m_match < matches && m_rows.size() < limits::kBatchRows; ++m_match)
        addMatch(row, m_csv ? found[m_match] : std::string_view(answered[m_match]));
    if (m_match < matches) return ok();
    if (matches == 0 && isPadded) {
        m_rows.push_back(row);
        for (ColumnBuilder& values : m_values) values.addNull();
    }
    next();
    return ok();
}

void LookupOperator::addMatch(std::uint32_t row, std::string_view values)
{
    m_rows.push_back(row);
    RowReader reader(values);
    for (ColumnBuilder& column : m_values) reader.value(column);
    CHECK(reader.isGood && reader.atEnd());
}

void LookupOperator::arm()
{
    if (m_csv) {
        m_answers->setTableBytes((m_table ? m_table : m_csv->table())->bytes());
        if (m_spec->refreshUs > 0) m_context->timers.wakeAt(Timestamp(Duration(nowUs() + m_spec->refreshUs)));
    } else if (m_held->rows() > 0) {
        m_context->timers.wakeAt(Timestamp(Duration(nowUs())) + kLookAgain);
    }
}

}  // namespace engine
