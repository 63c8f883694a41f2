#include "operators/alert_rule/alert_operator.h"

#include "state/key_codec.h"

#include <algorithm>
#include <utility>

namespace engine {

namespace {

// Where a restart takes no longer, clocks go on as if nothing had been; where it does, they begin anew.
constexpr std::int64_t kGapToleranceUs = 3'600'000'000;
constexpr std::int64_t kSettleEvaluations = 2;
constexpr Duration kObserveEvery{1'000'000};

bool isOpenPhase(AlertPhase phase)
{
    return phase == AlertPhase::Firing || phase == AlertPhase::Recovering || phase == AlertPhase::NoData ||
        phase == AlertPhase::InError;
}

bool isPendingPhase(AlertPhase phase) { return phase != AlertPhase::Normal && !isOpenPhase(phase); }

std::vector<std::string> namesOf(const std::vector<Field>& fields)
{
    std::vector<std::string> names;
    for (const Field& field : fields) names.push_back(field.name);
    return names;
}

}  // namespace

AlertOperator::AlertOperator(AlertRuleSpecPtr rule)
    : m_rule(std::move(rule)),
      m_rows(m_rule),
      m_builder(m_rule->output),
      m_labelNames(namesOf(m_rule->labels)),
      m_readings(m_rule->times.forUs)
{
}

Status AlertOperator::open(OperatorContext& context)
{
    m_context = &context;
    m_tables.emplace(context.state);
    // What is here already is a predecessor's, changed while it ran; what comes later was restored.
    m_foundProgress = m_tables->hasProgress();
    if (!m_rule->isEventTime && !m_rule->isPaused)
        context.timers.wakeAt(Timestamp(Duration(nowUs() + m_rule->evaluateEveryUs)));
    return ok();
}

std::int64_t AlertOperator::gridAtOrAfter(std::int64_t timeUs) const
{
    if (timeUs > kEndOfTime - m_rule->evaluateEveryUs) return kEndOfTime;
    const std::int64_t rest = timeUs % m_rule->evaluateEveryUs;
    return timeUs - rest + (rest > 0 ? m_rule->evaluateEveryUs : 0);
}

void AlertOperator::begin(Output& out)
{
    if (m_isBegun) return;
    m_isBegun = true;
    const bool isFresh = !m_tables->hasProgress();
    AlertProgress& progress = m_tables->progress();
    if (!isFresh) takeOver(progress, out);
    progress.fingerprint = m_rule->fingerprint;
    progress.labelNames = m_labelNames;
    if (!m_rule->isEventTime)
        progress.nextTickUs = nowUs() + (isFresh || m_foundProgress ? m_rule->evaluateEveryUs : 0);
    countAgain();
}

// The instances of the same rule before a restart or a change of its parameters.
void AlertOperator::takeOver(AlertProgress& progress, Output& out)
{
    const std::int64_t nowOrReached =
        m_rule->isEventTime ? std::max(progress.reachedUs, progress.heardUs) : nowUs();
    if (progress.fingerprint != m_rule->fingerprint || m_rule->isPaused) {
        std::swap(m_labelNames, progress.labelNames);
        const bool isUpdated = progress.fingerprint != m_rule->fingerprint;
        resetAll(isUpdated ? AlertReason::Updated : AlertReason::Paused, nowOrReached, out);
        std::swap(m_labelNames, progress.labelNames);
        progress.nextTickUs = kEndOfTime;
        return;
    }
    if (m_rule->isEventTime || m_foundProgress) return;
    if (nowOrReached - progress.reachedUs > kGapToleranceUs)
        for (const std::string& key : m_tables->labelKeys())
            m_tables->instance(key).state.restartClocks(nowOrReached);
    m_settledUs = nowOrReached + kSettleEvaluations * m_rule->evaluateEveryUs;
}

void AlertOperator::resetAll(AlertReason why, std::int64_t atUs, Output& out)
{
    // Rows that wait were judged by the rule that took them.
    while (m_tables->nextHeldUs() != kEndOfTime) {
        const std::int64_t heldUs = m_tables->nextHeldUs();
        const HeldEvaluation row = m_tables->takeHeld();
        atUs = std::max(atUs, heldUs);
        evaluate(row.key, row.found, heldUs, out);
    }
    for (const std::string& key : m_tables->labelKeys()) {
        AlertInstance& instance = m_tables->instance(key);
        if (const auto change = instance.state.reset(why)) tell(key, instance.state, *change, atUs, out);
    }
    m_tables->dropAll();
}

void AlertOperator::countAgain()
{
    m_firing = m_pending = 0;
    m_tables->instances().forEach([this](std::string_view, const AlertInstance& instance) {
        m_firing += isOpenPhase(instance.state.phase());
        m_pending += isPendingPhase(instance.state.phase());
    });
    m_context->metrics.alertsFiring.set(m_firing);
    m_context->metrics.alertsPending.set(m_pending);
}

Result<Flow> AlertOperator::process(int, const RecordBatch& batch, Output& out)
{
    begin(out);
    if (m_rule->isPaused) return Flow::Done;
    const std::int64_t now = nowUs();
    for (AlertRows::Row& row : m_rows.read(batch, now, out)) {
        if (!m_rule->isEventTime) {
            evaluate(row.key, row.found, now, out);
            continue;
        }
        const std::int64_t watermark = batch.watermarkBefore(row.physicalRow);
        releaseUntil(watermark, out);
        const std::int64_t time = batch.eventTimes()[row.physicalRow];
        if (time < m_tables->progress().reachedUs)
            out.late(batch, row.physicalRow, time, watermark);
        else
            m_tables->hold(time, {std::move(row.key), row.found, false});
    }
    if (m_rule->isEventTime)
        m_tables->keep();  // a barrier may follow at once
    else
        m_tables->progress().reachedUs = now;
    observe();
    flush(out);
    return Flow::Done;
}

Result<Flow> AlertOperator::advance(std::int64_t watermarkUs, Output& out)
{
    begin(out);
    if (m_rule->isEventTime && !m_rule->isPaused) {
        releaseUntil(watermarkUs, out);
        m_tables->keep();
    }
    observe();
    flush(out);
    return Flow::Done;
}

Result<Flow> AlertOperator::tick(Timestamp now, Output& out)
{
    begin(out);
    if (!m_rule->isEventTime && !m_rule->isPaused) {
        const std::int64_t at = now.time_since_epoch().count();
        AlertProgress& progress = m_tables->progress();
        if (at >= progress.nextTickUs) {
            runTick(at, out);
            m_tables->progress().nextTickUs = at + m_rule->evaluateEveryUs;
        }
        m_tables->progress().reachedUs = at;
        m_context->timers.wakeAt(Timestamp(Duration(m_tables->progress().nextTickUs)));
    }
    observe();
    flush(out);
    return Flow::Done;
}

// Rows up to the watermark and ticks before it; a row goes before the tick of its own time, since no row of
// that time can follow once the tick is due.
void AlertOperator::releaseUntil(std::int64_t watermarkUs, Output& out)
{
    for (;;) {
        const AlertProgress& progress = m_tables->progress();
        const std::int64_t tickUs = progress.nextTickUs;
        // At the end there is no time behind the last row.
        const std::int64_t ticksUntil =
            watermarkUs != kEndOfTime ? watermarkUs : std::min(progress.heardUs, kEndOfTime - 1) + 1;
        const std::int64_t heldUs = m_tables->nextHeldUs();
        const bool isRowDue = heldUs != kEndOfTime && heldUs <= watermarkUs;
        if (isRowDue && (heldUs <= tickUs || tickUs == kEndOfTime)) {
            const HeldEvaluation row = m_tables->takeHeld();
            evaluate(row.key, row.found, heldUs, out);
            std::int64_t& next = m_tables->progress().nextTickUs;
            next = std::min(next, gridAtOrAfter(heldUs));
        } else if (tickUs != kEndOfTime && (isRowDue || tickUs < ticksUntil)) {
            runTick(tickUs, out);
        } else {
            break;
        }
    }
    std::int64_t& reached = m_tables->progress().reachedUs;
    reached = std::max(reached, watermarkUs);
}

void AlertOperator::evaluate(const std::string& key, const AlertEvaluation& found, std::int64_t atUs,
                             Output& out)
{
    AlertInstance& instance = m_tables->instance(key);
    instance.heardUs = atUs;
    AlertProgress& progress = m_tables->progress();
    progress.heardUs = std::max(progress.heardUs, atUs);
    if (found.input == AlertInput::NoData && atUs < m_settledUs) return;
    const auto change = instance.state.evaluate(m_rule->times, found, atUs);
    if (m_context->alerts) read(key, instance.state, found.value, atUs);
    if (change) tell(key, instance.state, *change, atUs, out);
}

void AlertOperator::read(const std::string& key, const AlertState& state, const std::optional<double>& value,
                         std::int64_t atUs)
{
    if (!value) return;
    AlertReadings::Series* series = m_readings.add(key, atUs, *value, state.phase() == AlertPhase::Normal);
    // An alert that was open before a restart goes on with its values.
    if (series && series->episode.empty() && state.episodeUs() != AlertState::kNoEpisode)
        series->episode = episodeId(m_context->node, labelsJson(m_labelNames, key), state.episodeUs());
}

// What the open alerts have come to, for who watches them; not more often than can be read.
void AlertOperator::observe()
{
    if (!m_context->alerts) return;
    const MonotonicTime now = m_context->env.clock.monotonic();
    if (now - m_observed < kObserveEvery) return;
    m_observed = now;
    for (auto& [key, series] : m_readings.all()) {
        if (series.episode.empty() || series.values.empty()) continue;
        AlertEvent event;
        event.kind = AlertEvent::Observed;
        event.rule = m_context->node;
        event.episode = series.episode;
        event.value = series.values.back().value;
        event.atUs = series.values.back().atUs;
        event.values = std::exchange(series.values, {});
        m_context->alerts->raise(std::move(event));
    }
}

// Judges what did not come: no row at all since the tick before, or none of some label sets.
void AlertOperator::runTick(std::int64_t atUs, Output& out)
{
    // By the clock a tick may come late, and a row of its own instant behind it.
    const std::int64_t sinceUs = m_rule->isEventTime
        ? atUs - m_rule->evaluateEveryUs
        : std::min(atUs, m_tables->progress().nextTickUs) - m_rule->evaluateEveryUs - 1;
    m_tables->progress().nextTickUs = gridAtOrAfter(atUs + 1);
    if (atUs < m_settledUs) return;
    const bool isHeard = m_tables->progress().heardUs > sinceUs;
    std::vector<std::string> quiet = m_tables->quietKeys(sinceUs);
    // A rule that has never heard anything is known by empty labels.
    if (!isHeard && quiet.empty()) {
        std::string none;
        for (const Field& label : m_rule->labels) appendNullKey(none, label.type);
        quiet.push_back(std::move(none));
    }
    bool hasChanged = isHeard;
    std::int64_t nextChangeUs = kEndOfTime;
    for (const std::string& key : quiet)
        hasChanged |=
            judgeQuiet(key, isHeard ? AlertInput::Missing : AlertInput::NoData, atUs, nextChangeUs, out);
    // Silence may last for years of event time: ticks that cannot change anything are left out.
    if (!hasChanged && m_rule->isEventTime) m_tables->progress().nextTickUs = gridAtOrAfter(nextChangeUs);
}

bool AlertOperator::judgeQuiet(const std::string& key, AlertInput input, std::int64_t atUs,
                               std::int64_t& nextChangeUs, Output& out)
{
    AlertState& state = m_tables->instance(key).state;
    const AlertState before = state;
    const auto change = state.evaluate(m_rule->times, {.input = input}, atUs);
    if (change) tell(key, state, *change, atUs, out);
    const bool hasChanged = !(state == before);
    nextChangeUs = std::min(nextChangeUs, state.nextChangeUs(m_rule->times, atUs));
    if (state.isEvicted()) {
        m_tables->forget(key);
        m_readings.forget(key);
    }
    return hasChanged;
}

void AlertOperator::tell(const std::string& key, const AlertState& state, const AlertTransition& change,
                         std::int64_t atUs, Output& out)
{
    AlertEvent event;
    event.rule = m_context->node;
    event.labels = labelsJson(m_labelNames, key);
    event.from = alertPhaseName(change.from);
    event.to = alertPhaseName(change.to);
    event.reason = alertReasonName(change.reason);
    event.value = state.value();
    event.atUs = atUs;
    if (change.episodeUs != AlertState::kNoEpisode)
        event.episode = episodeId(event.rule, event.labels, change.episodeUs);
    const auto text = [this](std::size_t column, const std::string& value) {
        m_builder.column(column).addText(value);
    };
    text(0, event.rule);
    text(1, event.labels);
    text(2, event.from);
    text(3, event.to);
    text(4, event.reason);
    event.value ? m_builder.column(5).addNumber(*event.value) : m_builder.column(5).addNull();
    event.episode.empty() ? m_builder.column(6).addNull() : m_builder.column(6).addText(event.episode);
    m_builder.column(7).addInteger(atUs);
    m_rule->isEventTime ? m_builder.endRow(atUs) : m_builder.endRow();
    if (m_builder.isFull()) flush(out);
    m_firing += isOpenPhase(change.to) - isOpenPhase(change.from);
    m_pending += isPendingPhase(change.to) - isPendingPhase(change.from);
    m_context->metrics.alertsFiring.set(m_firing);
    m_context->metrics.alertsPending.set(m_pending);
    if (m_context->alerts) raise(key, change, std::move(event));
}

void AlertOperator::raise(const std::string& key, const AlertTransition& change, AlertEvent event)
{
    event.kind = static_cast<AlertEvent::Kind>(change.notice);
    m_context->metrics.alertsFired.add(event.kind == AlertEvent::Fired);
    m_context->metrics.alertsResolved.add(event.kind == AlertEvent::Resolved);
    event.severity = change.isCritical ? "critical" : m_rule->severity;
    event.summary = m_rule->summary.fill(
        {event.rule, event.severity, event.to, event.reason, event.value, m_labelNames, key});
    const AlertRuleSpec::Level& level = change.isCritical ? m_rule->whenCritical : m_rule->firing;
    event.condition = level.condition;
    event.threshold = level.threshold;
    AlertReadings::Series* series = m_readings.find(key);
    if (series && !event.episode.empty()) {
        event.values = std::exchange(series->values, {});
        series->episode = isOpenPhase(change.to) ? event.episode : std::string();
    }
    m_context->alerts->raise(std::move(event));
}

void AlertOperator::flush(Output& out)
{
    if (m_builder.rows() > 0) out.push(m_builder.finish());
}

}  // namespace engine
