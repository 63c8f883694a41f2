#include "ui/tap_reader.h"

#include <QPointer>

namespace ui {

TapReader::TapReader(engine::EngineClient& client, QObject* parent) : QObject(parent), m_client(client)
{
    connect(&client, &engine::EngineClient::tapRows, this, [this](const engine::TapRows& rowsNow) {
        if (m_tap == rowsNow.tap) Q_EMIT rows(rowsNow);
    });
}

TapReader::~TapReader() { close(); }

void TapReader::watch(engine::JobId job, const engine::PortRef& port)
{
    const Target target{job, port};
    if (m_target == target) return;
    close();
    m_target = target;
    QPointer<TapReader> self(this);
    QPointer<engine::EngineClient> client(&m_client);
    m_client.openTap(job, port, [self, client, asked = ++m_asked](engine::Result<engine::TapId> reply) {
        if (!self || asked != self->m_asked) {
            if (reply && client) client->closeTap(*reply);
            return;
        }
        if (reply)
            self->m_tap = *reply;
        else
            Q_EMIT self->failed(QString::fromStdString(reply.error().message));
    });
}

void TapReader::close()
{
    ++m_asked;
    if (m_tap) m_client.closeTap(*m_tap);
    m_tap.reset();
    m_target.reset();
}

}  // namespace ui
