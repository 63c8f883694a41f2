#include "ui/jobs/job_book.h"

#include "ui/job_figures.h"
#include "ui/job_look.h"
#include "ui/plain_text.h"
#include "ui/wording.h"

#include <algorithm>

namespace ui {

namespace {

template <class T>
void keepLast(std::deque<T>& all, std::size_t count)
{
    while (all.size() > count) all.pop_front();
}

Mark markOf(engine::JobState state)
{
    if (state == engine::JobState::Failed) return Mark::Problem;
    return state == engine::JobState::Restarting ? Mark::Warning : Mark::Hint;
}

}  // namespace

JobBook::JobBook(engine::EngineClient& client, QObject* parent) : QObject(parent)
{
    connect(&client, &engine::EngineClient::telemetry, this, &JobBook::take);
}

const JobRecord* JobBook::find(engine::JobId job) const
{
    const auto found = m_jobs.find(job);
    return found == m_jobs.end() ? nullptr : &found->second;
}

int JobBook::active() const
{
    return static_cast<int>(std::count_if(m_jobs.begin(), m_jobs.end(), [](const auto& each) {
        return !engine::isOver(each.second.latest.status.state);
    }));
}

int JobBook::paused() const
{
    return static_cast<int>(std::count_if(m_jobs.begin(), m_jobs.end(), [](const auto& each) {
        return each.second.latest.status.state == engine::JobState::Paused;
    }));
}

void JobBook::add(engine::JobId job, const engine::LogLine& line)
{
    const auto found = m_jobs.find(job);
    if (found == m_jobs.end()) return;
    const QString node = titleOf(found->second.latest, line.node);
    const QString text = QString::fromStdString(line.text);
    found->second.events.push_back(
        {line.at, Mark::Hint, node.isEmpty() ? text : node + QStringLiteral(": ") + text});
    keepLast(found->second.events, kEvents);
    Q_EMIT noted(line);
    Q_EMIT happened(job);
}

void JobBook::setFile(engine::JobId job, const QString& path)
{
    if (const auto found = m_jobs.find(job); found != m_jobs.end()) found->second.file = path;
}

QString JobBook::titleOf(const engine::JobTelemetry& job, const engine::NodeId& node) const
{
    const QString title = m_titleOf ? m_titleOf(job, node) : QString();
    return title.isEmpty() ? QString::fromStdString(node.value) : title;
}

QString JobBook::reasonOf(const JobRecord& record) const
{
    return failureText(record.latest,
                       [&](const engine::NodeId& node) { return titleOf(record.latest, node); });
}

engine::JobId JobBook::addRefused(const std::string& name, const QString& why, engine::Timestamp at)
{
    const engine::JobId job{kRefused + ++m_refusals};
    JobRecord& record = m_jobs[job];
    record.latest.job = job;
    record.latest.at = record.startedAt = record.latest.status.since = at;
    record.latest.status.id = job;
    record.latest.status.name = name;
    record.latest.status.state = engine::JobState::Failed;
    record.latest.status.failure = engine::Error{engine::ErrorCode::InvalidSpec, why.toStdString(), {}};
    const QString said = tr("Not started: %1").arg(why);
    record.events.push_back({at, Mark::Problem, said});
    record.rates.push_back({at, 0, 0});
    Q_EMIT listChanged();
    Q_EMIT told(job);
    Q_EMIT happened(job);
    Q_EMIT noted({at, 3, {}, name + ": " + said.toStdString()});
    return job;
}

bool JobBook::note(JobRecord& record, const engine::JobTelemetry& now, bool isNew)
{
    const engine::JobTelemetry& before = record.latest;
    bool hasHappened = isNew || before.checkpoint.epoch != now.checkpoint.epoch;
    const auto add = [&](Mark mark, const QString& text) {
        record.events.push_back({now.at, mark, text});
        hasHappened = true;
    };
    const auto title = [&](const engine::NodeId& node) { return titleOf(now, node); };
    const QString reason = failureText(now, title);
    if (isNew || before.status.state != now.status.state) {
        const QString state = lookOf(now.status.state).text;
        add(markOf(now.status.state), reason.isEmpty() ? state : state + QStringLiteral(": ") + reason);
    }
    if (!isNew && now.status.restarts > before.status.restarts)
        add(Mark::Warning,
            reason.isEmpty() ? tr("Restart %1").arg(now.status.restarts)
                             : tr("Restart %1: %2").arg(now.status.restarts).arg(reason));
    if (now.checkpoint.epoch && (isNew || now.checkpoint.epoch != before.checkpoint.epoch))
        record.checkpoints.push_back(now.checkpoint);
    for (const engine::NodeTelemetry& node : now.nodes) {
        const bool isReason = now.status.failure && now.status.failure->message == node.problem;
        if (node.problem.empty() || isReason) continue;
        const auto same = [&](const engine::NodeTelemetry& each) {
            return each.node == node.node && each.problem == node.problem;
        };
        if (isNew || std::none_of(before.nodes.begin(), before.nodes.end(), same))
            add(Mark::Warning,
                title(node.node) + QStringLiteral(": ") + windowWords(QString::fromStdString(node.problem)));
    }
    keepLast(record.events, kEvents);
    keepLast(record.checkpoints, kCheckpoints);
    return hasHappened;
}

void JobBook::take(const engine::JobTelemetry& telemetry)
{
    const auto [found, isNew] = m_jobs.try_emplace(telemetry.job);
    JobRecord& record = found->second;
    const bool isOther = isNew || record.latest.status.state != telemetry.status.state;
    if (isNew) record.startedAt = telemetry.status.since;
    const bool hasHappened = note(record, telemetry, isNew);
    if (record.rates.empty() || telemetry.at - record.rates.back().at >= std::chrono::seconds(1)) {
        const Flow flow = flowOf(telemetry);
        record.rates.push_back({telemetry.at, flow.inRate, flow.outRate});
        keepLast(record.rates, kRates);
    }
    record.latest = telemetry;
    if (isNew) {
        for (auto old = m_jobs.begin(); m_jobs.size() > kJobs && old != m_jobs.end();)
            old = engine::isOver(old->second.latest.status.state) && old->first != telemetry.job
                ? m_jobs.erase(old)
                : std::next(old);
        Q_EMIT listChanged();
    }
    Q_EMIT told(telemetry.job);
    if (isOther) {
        const engine::JobState state = telemetry.status.state;
        const QString why =
            failureText(telemetry, [&](const engine::NodeId& node) { return titleOf(telemetry, node); });
        const QString text = plainLine(QString::fromStdString(telemetry.status.name)) +
            QStringLiteral(": ") + lookOf(state).text +
            (why.isEmpty() ? QString() : QStringLiteral(": ") + why);
        const Mark mark = markOf(state);
        Q_EMIT noted({telemetry.at,
                      mark == Mark::Problem       ? 3
                          : mark == Mark::Warning ? 2
                                                  : 1,
                      {},
                      text.toStdString()});
        Q_EMIT began(telemetry.job, state);
    }
    if (hasHappened) Q_EMIT happened(telemetry.job);
}

}  // namespace ui
