#pragma once

#include "ui/session.h"
#include "ui/theme.h"

#include <QWidget>

#include <vector>

namespace ui {

// The line at the bottom that always answers: engine, rows, lag, watermark, checkpoint, guarantee, memory,
// alerts, problems, zoom. Owned by the main window, GUI thread; repaints only when a text changes.
class StatusStrip : public QWidget {
    Q_OBJECT
public:
    explicit StatusStrip(Session& session, QWidget* parent = nullptr);
    void refresh();
    void setZoom(double zoom);
    void setAlerts(int firing, bool isGrave);
    void setDraftMissing(bool isMissing);

Q_SIGNALS:
    void alertsWanted();
    void problemsWanted();
    void fitWanted();

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;

private:
    struct Part {
        QString text{};
        Tone tone = Tone::TextSoft;
        bool beginsGroup = false;
        bool operator==(const Part&) const = default;
    };
    std::vector<Part> leftParts() const;
    std::vector<Part> rightParts() const;

    Session& m_session;
    double m_zoom = 1;
    std::vector<Part> m_left, m_right;
    QRectF m_alertsRect, m_problemsRect, m_zoomRect;
    int m_alerts = 0;  // that fire
    bool m_areAlertsGrave = false, m_isDraftMissing = false;
};

}  // namespace ui
