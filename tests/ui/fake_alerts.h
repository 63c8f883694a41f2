#pragma once

#include "control/client/engine_client.h"

#include <QTimer>

#include <algorithm>
#include <map>

namespace fake {

using namespace engine;

// The part of a far end that keeps alerts: a list that a test fills, and acknowledges as an engine does.
class FakeAlerts : public Transport {
public:
    std::vector<AlertEpisode> episodes{};
    std::map<std::string, std::vector<AlertChange>> histories{};  // by episode
    std::map<std::string, std::vector<AlertPoint>> points{};

    inline static std::int64_t alertsBeginUs = 1'775'000'000'000'000;  // second 0
    static Timestamp alertTime(int second)
    {
        return Timestamp(Duration(alertsBeginUs + second * std::int64_t{1'000'000}));
    }

    // An alert of "too_hot" for one machine that fires since a second.
    static AlertEpisode makeAlert(const std::string& episode, const std::string& machine, int second,
                                  const std::string& severity = "warning")
    {
        AlertEpisode alert;
        alert.last.kind = AlertChange::Fired;
        alert.last.pipeline = "00000000-0000-4000-8000-000000000001";
        alert.last.pipelineName = "Hot machines";
        alert.last.rule = {"too_hot"};
        alert.last.labels = R"({"machine":")" + machine + R"("})";
        alert.last.from = "pending";
        alert.last.to = "firing";
        alert.last.reason = severity == "critical" ? "critical_condition" : "condition";
        alert.last.episode = episode;
        alert.last.severity = severity;
        alert.last.summary = machine + " is too hot: 93.7 °C";
        alert.last.value = 93.7;
        alert.last.at = alertTime(second);
        alert.startedAt = alert.last.at;
        alert.condition = "avg_temperature > 90";
        alert.threshold = 90;
        alert.value = 93.7;
        return alert;
    }
    // As an engine tells of it: the list has it, and whoever listens hears.
    void tellAlert(AlertEpisode alert)
    {
        const auto same = std::find_if(episodes.begin(), episodes.end(), [&](const AlertEpisode& each) {
            return each.last.episode == alert.last.episode;
        });
        if (same == episodes.end())
            episodes.insert(episodes.begin(), alert);
        else
            *same = alert;
        histories[alert.last.episode].push_back(alert.last);
        Q_EMIT alertsChanged({alert});
    }
    // A warning that is seen, a critical one, and a later warning that nobody has seen.
    void tellThree()
    {
        AlertEpisode seen = makeAlert("e1", "m1", 30);
        seen.acknowledgement = AlertAcknowledgement{"ana", "a technician is on the way", alertTime(40)};
        tellAlert(seen);
        tellAlert(makeAlert("e2", "m2", 10, "critical"));
        tellAlert(makeAlert("e3", "m3", 20));
    }
    void endAlert(const std::string& episode, int second)
    {
        for (AlertEpisode alert : std::vector(episodes)) {
            if (alert.last.episode != episode) continue;
            alert.isOpen = false;
            alert.last.kind = AlertChange::Resolved;
            alert.last.from = "firing";
            alert.last.to = "normal";
            alert.last.reason = "cleared";
            alert.last.at = alertTime(second);
            tellAlert(alert);
        }
    }

    void alerts(const AlertQuery&, std::function<void(std::vector<AlertEpisode>)> reply) override
    {
        soon([reply = std::move(reply), all = episodes] { reply(all); });
    }
    void alertHistory(const std::string&, const std::string& episode,
                      std::function<void(std::vector<AlertChange>)> reply) override
    {
        soon([reply = std::move(reply), all = histories[episode]] { reply(all); });
    }
    void alertPoints(const std::string&, const std::string& episode,
                     std::function<void(std::vector<AlertPoint>)> reply) override
    {
        soon([reply = std::move(reply), all = points[episode]] { reply(all); });
    }
    void acknowledgeAlert(const std::string&, const std::string& episode, const AlertAcknowledgement& by,
                          std::function<void(Status)> reply) override
    {
        const auto known = std::find_if(episodes.begin(), episodes.end(), [&](const AlertEpisode& each) {
            return each.last.episode == episode;
        });
        if (known == episodes.end() || !known->isOpen) {
            soon([reply = std::move(reply)] {
                reply(Error{ErrorCode::InvalidSpec,
                            "That alert is over; there is nothing left to "
                            "acknowledge.",
                            {}});
            });
            return;
        }
        known->acknowledgement = by;
        known->acknowledgement->at = alertTime(60);
        soon([this, reply = std::move(reply), alert = *known] {
            reply(ok());
            Q_EMIT alertsChanged({alert});
        });
    }

private:
    template <class Then>
    void soon(Then then)
    {
        QTimer::singleShot(0, this, std::move(then));
    }
};

}  // namespace fake
