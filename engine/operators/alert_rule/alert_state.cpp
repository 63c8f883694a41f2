#include "operators/alert_rule/alert_state.h"

#include "state/bytes.h"

#include <algorithm>
#include <array>
#include <bit>

namespace engine {

namespace {

constexpr std::array<std::string_view, 8> kAlertPhases{
    "normal", "pending", "firing", "recovering", "no_data", "error", "pending_no_data", "pending_error"};
constexpr std::array<std::string_view, 10> kAlertReasons{
    "",       "condition", "critical_condition", "cleared", "no_data", "error", "missing_series", "updated",
    "paused", "deleted"};

bool isInEpisode(AlertPhase phase)
{
    return phase == AlertPhase::Firing || phase == AlertPhase::Recovering || phase == AlertPhase::NoData ||
        phase == AlertPhase::InError;
}

}  // namespace

std::string_view alertPhaseName(AlertPhase phase) { return kAlertPhases[static_cast<std::size_t>(phase)]; }
std::string_view alertReasonName(AlertReason reason)
{
    return kAlertReasons[static_cast<std::size_t>(reason)];
}

AlertState::Change AlertState::evaluate(const AlertTimes& times, const AlertEvaluation& found,
                                        std::int64_t atUs)
{
    m_isEvicted = false;
    if (found.input == AlertInput::Missing) return missing(times);
    m_missed = 0;
    if (found.input == AlertInput::NoData) return outageBy(times.onNoData, times, AlertReason::NoData, atUs);
    if (found.input == AlertInput::Fault) return outageBy(times.onError, times, AlertReason::Fault, atUs);
    m_seenUs = atUs;
    m_value = found.value;
    if (found.input == AlertInput::Breach)
        return breach(times, found.isCritical ? AlertReason::CriticalCondition : AlertReason::Condition,
                      found.isCritical, atUs);
    // Between the two thresholds an episode that has fired goes on firing, at the level it has, also where
    // data was missing meanwhile.
    if (times.hasRecovery && !found.isRecovered && m_hasFired)
        return breach(times, m_isCritical ? AlertReason::CriticalCondition : AlertReason::Condition,
                      m_isCritical, atUs);
    return clear(times, AlertReason::Cleared, atUs);
}

AlertState::Change AlertState::breach(const AlertTimes& times, AlertReason why, bool isCritical,
                                      std::int64_t atUs)
{
    const bool levelChanged = isCritical != m_isCritical;
    m_isCritical = isCritical;
    m_outage = AlertReason::None;
    switch (m_phase) {
    case AlertPhase::Firing:
        m_reason = why;
        if (!levelChanged) return {};
        return AlertTransition{m_phase, m_phase, why, AlertNotice::Updated, m_episodeUs, m_isCritical};
    case AlertPhase::Pending:
        m_reason = why;
        return atUs - m_sinceUs >= times.forUs ? move(AlertPhase::Firing, why, atUs) : Change();
    case AlertPhase::Recovering: {
        auto change = move(AlertPhase::Firing, why, atUs);
        change->notice = levelChanged ? AlertNotice::Updated : AlertNotice::None;
        return change;
    }
    default: return move(times.forUs <= 0 ? AlertPhase::Firing : AlertPhase::Pending, why, atUs);
    }
}

AlertState::Change AlertState::clear(const AlertTimes& times, AlertReason why, std::int64_t atUs)
{
    m_outage = AlertReason::None;
    switch (m_phase) {
    case AlertPhase::Normal: m_reason = AlertReason::None; return {};
    case AlertPhase::Firing:
        return times.keepFiringUs <= 0 ? moveToNormal(why) : move(AlertPhase::Recovering, why, atUs);
    case AlertPhase::Recovering:
        m_reason = why;
        return atUs - m_sinceUs >= times.keepFiringUs ? moveToNormal(why) : Change();
    case AlertPhase::NoData: return moveToNormal(AlertReason::NoData);
    case AlertPhase::InError: return moveToNormal(AlertReason::Fault);
    default: return moveToNormal(why);
    }
}

AlertState::Change AlertState::outageBy(AlertPolicy policy, const AlertTimes& times, AlertReason kind,
                                        std::int64_t atUs)
{
    switch (policy) {
    case AlertPolicy::Own: break;
    case AlertPolicy::Fire: return breach(times, kind, m_isCritical, atUs);
    case AlertPolicy::Resolve: return clear(times, kind, atUs);
    case AlertPolicy::KeepLast:
        if (m_seenUs != kNoEpisode && atUs - m_seenUs < times.keepLastMaxUs) return repeat(times, atUs);
        break;
    }
    return outage(times, kind, atUs);
}

// What was last found is taken to be so still.
AlertState::Change AlertState::repeat(const AlertTimes& times, std::int64_t atUs)
{
    if (m_phase == AlertPhase::Pending || m_phase == AlertPhase::Firing)
        return breach(times, m_isCritical ? AlertReason::CriticalCondition : AlertReason::Condition,
                      m_isCritical, atUs);
    if (m_phase == AlertPhase::Recovering) return clear(times, AlertReason::Cleared, atUs);
    return {};
}

AlertState::Change AlertState::outage(const AlertTimes& times, AlertReason kind, std::int64_t atUs)
{
    const bool isNoData = kind == AlertReason::NoData;
    const AlertPhase own = isNoData ? AlertPhase::NoData : AlertPhase::InError;
    const AlertPhase waiting = isNoData ? AlertPhase::PendingNoData : AlertPhase::PendingError;
    const std::int64_t afterUs = isNoData ? times.noDataAfterUs : times.errorAfterUs;
    if (m_phase == own) {
        // The other kind that came between is over, and its clock with it.
        m_outage = AlertReason::None;
        m_reason = kind;
        return {};
    }
    if (isInEpisode(m_phase)) return outageInEpisode(kind, afterUs, atUs);
    if (m_phase == waiting) return atUs - m_sinceUs >= afterUs ? move(own, kind, atUs) : Change();
    return move(afterUs <= 0 ? own : waiting, kind, atUs);
}

// The phase stays, with the outage as its reason, until that has lasted.
AlertState::Change AlertState::outageInEpisode(AlertReason kind, std::int64_t afterUs, std::int64_t atUs)
{
    if (m_outage != kind) {
        m_outage = kind;
        m_outageUs = atUs;
    }
    m_reason = kind;
    if (atUs - m_outageUs < afterUs) return {};
    return move(kind == AlertReason::NoData ? AlertPhase::NoData : AlertPhase::InError, kind, atUs);
}

AlertState::Change AlertState::missing(const AlertTimes& times)
{
    if (++m_missed < times.missingAfter) return {};
    m_missed = 0;
    m_outage = AlertReason::None;
    if (m_phase != AlertPhase::Normal) return moveToNormal(AlertReason::MissingSeries);
    m_isEvicted = true;
    return {};
}

AlertState::Change AlertState::move(AlertPhase to, AlertReason why, std::int64_t atUs)
{
    AlertTransition change{m_phase, to, why, AlertNotice::None, m_episodeUs, m_isCritical};
    const bool wasInEpisode = isInEpisode(m_phase);
    if (isInEpisode(to) && !wasInEpisode) {
        m_episodeUs = change.episodeUs = atUs;
        change.notice = AlertNotice::Fired;
    } else if (!isInEpisode(to) && wasInEpisode) {
        m_episodeUs = kNoEpisode;
        change.notice = AlertNotice::Resolved;
    } else if (wasInEpisode && to != AlertPhase::Recovering) {
        change.notice = AlertNotice::Updated;
    }
    m_phase = to;
    m_hasFired = to == AlertPhase::Firing || (m_hasFired && isInEpisode(to));
    m_reason = why;
    m_sinceUs = atUs;
    m_outage = AlertReason::None;
    return change;
}

AlertState::Change AlertState::moveToNormal(AlertReason why)
{
    auto change = move(AlertPhase::Normal, why, m_sinceUs);
    m_isCritical = false;
    return change;
}

AlertState::Change AlertState::reset(AlertReason why)
{
    m_missed = 0;
    if (m_phase == AlertPhase::Normal) {
        m_reason = why;
        return {};
    }
    return moveToNormal(why);
}

void AlertState::restartClocks(std::int64_t atUs)
{
    m_sinceUs = m_outageUs = atUs;
    if (m_seenUs != kNoEpisode) m_seenUs = atUs;
}

std::int64_t AlertState::nextChangeUs(const AlertTimes& times, std::int64_t atUs) const
{
    std::int64_t next = std::numeric_limits<std::int64_t>::max();
    for (const std::int64_t from : {m_sinceUs, m_outageUs, m_seenUs}) {
        if (from == kNoEpisode) continue;
        for (const std::int64_t length :
             {times.forUs, times.keepFiringUs, times.noDataAfterUs, times.errorAfterUs, times.keepLastMaxUs})
            if (from + length > atUs) next = std::min(next, from + length);
    }
    return next;
}

void AlertState::save(std::string& out) const
{
    out.push_back(static_cast<char>(m_phase));
    out.push_back(static_cast<char>(m_reason));
    out.push_back(static_cast<char>(m_outage));
    out.push_back(static_cast<char>((m_isCritical ? 1 : 0) | (m_isEvicted ? 2 : 0) | (m_value ? 4 : 0) |
                                    (m_hasFired ? 8 : 0)));
    for (const std::int64_t word : {static_cast<std::int64_t>(m_missed), m_sinceUs, m_outageUs, m_episodeUs,
                                    m_seenUs, std::bit_cast<std::int64_t>(m_value.value_or(0.0))})
        appendWord(out, static_cast<std::uint64_t>(word));
}

bool AlertState::load(std::string_view& in)
{
    if (in.size() < 4) return false;
    const auto byte = [&in](std::size_t index) { return static_cast<unsigned char>(in[index]); };
    if (byte(0) >= kAlertPhases.size() || byte(1) >= kAlertReasons.size() || byte(2) >= kAlertReasons.size())
        return false;
    m_phase = static_cast<AlertPhase>(byte(0));
    m_reason = static_cast<AlertReason>(byte(1));
    m_outage = static_cast<AlertReason>(byte(2));
    m_isCritical = byte(3) & 1;
    m_isEvicted = byte(3) & 2;
    const bool hasValue = byte(3) & 4;
    // The first version of the table did not say it.
    m_hasFired = (byte(3) & 8) != 0 || m_phase == AlertPhase::Firing || m_phase == AlertPhase::Recovering;
    in.remove_prefix(4);
    std::array<std::uint64_t, 6> words{};
    for (std::uint64_t& word : words)
        if (!takeWord(in, word)) return false;
    m_missed = static_cast<int>(words[0]);
    m_sinceUs = static_cast<std::int64_t>(words[1]);
    m_outageUs = static_cast<std::int64_t>(words[2]);
    m_episodeUs = static_cast<std::int64_t>(words[3]);
    m_seenUs = static_cast<std::int64_t>(words[4]);
    m_value.reset();
    if (hasValue) m_value = std::bit_cast<double>(words[5]);
    return true;
}

}  // namespace engine
