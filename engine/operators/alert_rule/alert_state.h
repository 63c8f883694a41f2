#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace engine {

// What an alert does for one label set. The order is written in checkpoints: append only.
enum class AlertPhase : std::uint8_t {
    Normal,
    Pending,
    Firing,
    Recovering,
    NoData,
    InError,
    PendingNoData,
    PendingError
};

// What one evaluation found: past the threshold, back from it, no data or only NULL, a formula that failed,
// or this series absent while others are there.
enum class AlertInput : std::uint8_t { Breach, Clear, NoData, Fault, Missing };

// Why a phase is as it is. The order is written in checkpoints: append only.
enum class AlertReason : std::uint8_t {
    None,
    Condition,
    CriticalCondition,
    Cleared,
    NoData,
    Fault,
    MissingSeries,
    Updated,
    Paused,
    Deleted
};

enum class AlertPolicy : std::uint8_t { Own, Fire, Resolve, KeepLast };

// Whom a transition concerns besides the history: Fired begins an episode, Updated changes one, Resolved ends
// one.
enum class AlertNotice : std::uint8_t { None, Fired, Updated, Resolved };

std::string_view alertPhaseName(AlertPhase phase);     // "pending_no_data"
std::string_view alertReasonName(AlertReason reason);  // "missing_series"

// The times and policies of a rule. In µs.
struct AlertTimes {
    std::int64_t forUs = 0, keepFiringUs = 0, noDataAfterUs = 0, errorAfterUs = 0, keepLastMaxUs = 0;
    int missingAfter = 2;  // evaluations
    AlertPolicy onNoData = AlertPolicy::Own, onError = AlertPolicy::Own;
    bool hasRecovery = false;  // what fires goes on until the recovery threshold is passed
};

struct AlertEvaluation {
    AlertInput input = AlertInput::Clear;
    bool isCritical = false;   // of a Breach
    bool isRecovered = false;  // past the recovery threshold; counts where the rule has one
    std::optional<double> value{};
};

struct AlertTransition {
    AlertPhase from{}, to{};
    AlertReason reason{};
    AlertNotice notice{};
    std::int64_t episodeUs = 0;  // when the episode that this belongs to began; kNoEpisode: to none
    bool isCritical = false;
};

// One label set of a rule: the table of layer A, a cell for each phase and input. Pure: the time comes in, no
// clock, no rows. An episode begins when Firing, NoData or InError is entered from outside of these and
// Recovering, and ends when they are left for Normal, or from NoData and InError for Pending.
class AlertState {
public:
    static constexpr std::int64_t kNoEpisode = std::numeric_limits<std::int64_t>::min();

    // What changed, if anything; a change of level is a transition from Firing to Firing.
    std::optional<AlertTransition> evaluate(const AlertTimes& times, const AlertEvaluation& found,
                                            std::int64_t atUs);
    // To Normal(Updated), (Paused) or (Deleted).
    std::optional<AlertTransition> reset(AlertReason why);
    // After a pause too long to count: every clock begins at `atUs`.
    void restartClocks(std::int64_t atUs);
    // When the same input, given again and again, may next change anything; `atUs` is the evaluation that
    // changed nothing. The greatest time: never.
    std::int64_t nextChangeUs(const AlertTimes& times, std::int64_t atUs) const;

    AlertPhase phase() const { return m_phase; }
    AlertReason reason() const { return m_reason; }
    bool isEvicted() const { return m_isEvicted; }  // Normal and missing for long: may be forgotten
    bool isCritical() const { return m_isCritical; }
    std::int64_t episodeUs() const { return m_episodeUs; }
    const std::optional<double>& value() const { return m_value; }
    bool operator==(const AlertState&) const = default;

    void save(std::string& out) const;
    bool load(std::string_view& in);  // takes its bytes off the front

private:
    using Change = std::optional<AlertTransition>;
    Change breach(const AlertTimes& times, AlertReason why, bool isCritical, std::int64_t atUs);
    Change clear(const AlertTimes& times, AlertReason why, std::int64_t atUs);
    Change outage(const AlertTimes& times, AlertReason kind, std::int64_t atUs);
    Change outageBy(AlertPolicy policy, const AlertTimes& times, AlertReason kind, std::int64_t atUs);
    Change outageInEpisode(AlertReason kind, std::int64_t afterUs, std::int64_t atUs);
    Change repeat(const AlertTimes& times, std::int64_t atUs);
    Change missing(const AlertTimes& times);
    Change move(AlertPhase to, AlertReason why, std::int64_t atUs);
    Change moveToNormal(AlertReason why);

    AlertPhase m_phase = AlertPhase::Normal;
    AlertReason m_reason = AlertReason::None;
    AlertReason m_outage = AlertReason::None;  // NoData or Fault, of an outage inside an episode
    bool m_isCritical = false, m_isEvicted = false;
    bool m_hasFired = false;      // in the episode that goes on
    int m_missed = 0;             // evaluations in a row
    std::int64_t m_sinceUs = 0;   // of the phases that wait
    std::int64_t m_outageUs = 0;  // since when, while m_outage is set
    std::int64_t m_episodeUs = kNoEpisode;
    std::int64_t m_seenUs = kNoEpisode;  // the last Breach or Clear
    std::optional<double> m_value{};     // of that
};

}  // namespace engine
