#pragma once

#ifndef Q_MOC_RUN
#include "commands/command.h"
#include "control/server/local_client.h"
#include "spec/pipeline_spec.h"
#endif

#include <QTest>

#include <optional>

// The engine as the window has it, in this process: its service and its table of alerts behind a client.
// Header only, for the tests in this folder; its files lie below $XDG_STATE_HOME.
class WindowEngine {
public:
    WindowEngine() : m_client(engine::makeLocalClient(engine::builtinCatalog())) { }
    engine::EngineClient& client() { return *m_client; }

    // Whether a job of the document has begun.
    bool start(const QByteArray& document, const QString& directory)
    {
        const engine::Parsed read = engine::parsePipeline(document.toStdString());
        if (!read.isJson) return false;
        m_job.reset();
        std::optional<std::string> refused;
        m_client->start(read.spec, directory.toStdString(), {}, [&](engine::Result<engine::JobId> job) {
            job ? m_job = *job : m_job;
            refused = job ? std::string() : job.error().message;
        });
        const bool isAnswered = QTest::qWaitFor([&] { return refused.has_value(); }, 30'000);
        if (isAnswered && !refused->empty()) qWarning("%s", refused->c_str());
        return isAnswered && m_job;
    }
    void act(engine::JobAction action)
    {
        m_client->act(*m_job, action, [](const engine::Status&) {});
    }
    const engine::JobTelemetry* latest() const { return m_client->latest(*m_job); }
    bool reaches(engine::JobState state)
    {
        return QTest::qWaitFor(
            [&] {
                const engine::JobTelemetry* latest = m_client->latest(*m_job);
                return latest && latest->status.state == state;
            },
            60'000);
    }
    std::vector<engine::AlertEpisode> alerts(bool onlyOpen)
    {
        std::optional<std::vector<engine::AlertEpisode>> found;
        m_client->alerts({.onlyOpen = onlyOpen, .max = 10'000},
                         [&](std::vector<engine::AlertEpisode> all) { found = std::move(all); });
        const bool isAnswered = QTest::qWaitFor([&] { return found.has_value(); }, 30'000);
        return isAnswered ? *found : std::vector<engine::AlertEpisode>();
    }

private:
    std::unique_ptr<engine::EngineClient> m_client;
    std::optional<engine::JobId> m_job;
};
