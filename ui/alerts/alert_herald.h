#pragma once

#include "ui/alerts/alert_book.h"

#include <QTimer>

#include <set>

namespace ui {

// Tells of alerts that are new or have become graver to somebody who does not look: waits a little for more,
// says many as one sentence, and then is quiet for a while. Owned by the main window, GUI thread; whether
// anybody is to be told is not its question.
class AlertHerald : public QObject {
    Q_OBJECT
public:
    explicit AlertHerald(const AlertBook& book, QObject* parent = nullptr);
    void setWaits(int groupMs, int quietMs);

Q_SIGNALS:
    // `key`: the gravest of them, the newest of these.
    void told(const QString& sentence, bool isGrave, const ui::AlertKey& key);

private:
    void take(const std::vector<engine::AlertEpisode>& fresh);
    void tell();

    const AlertBook& m_book;
    std::set<AlertKey> m_waiting;
    QTimer m_group, m_quiet;
};

}  // namespace ui
