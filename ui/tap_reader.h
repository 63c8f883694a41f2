#pragma once

#include "control/client/engine_client.h"

#include <QObject>

#include <optional>

namespace ui {

// Keeps a tap open on one port of one job, and only while somebody looks. Owned by a panel, GUI thread.
class TapReader : public QObject {
    Q_OBJECT
public:
    explicit TapReader(engine::EngineClient& client, QObject* parent = nullptr);
    ~TapReader() override;
    void watch(engine::JobId job,
               const engine::PortRef& port);  // closes the one before; the same again does nothing
    void close();

Q_SIGNALS:
    void rows(const engine::TapRows& rows);
    void failed(const QString& message);

private:
    struct Target {
        engine::JobId job{};
        engine::PortRef port{};
        bool operator==(const Target&) const = default;
    };
    engine::EngineClient& m_client;
    std::optional<Target> m_target;
    std::optional<engine::TapId> m_tap;
    std::uint64_t m_asked = 0;
};

}  // namespace ui
