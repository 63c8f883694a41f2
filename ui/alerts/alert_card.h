#pragma once

#include "ui/alerts/alert_book.h"

#include <QTimer>
#include <QWidget>

#include <optional>

class QLabel;
class QLineEdit;
class QPushButton;

namespace ui {

class AlertChart;
class FiguresLabel;
class SeveritySign;

// One alert: what it says, its value and threshold, what became of it, the values round it, and what can be
// done. Owned by the alerts page, GUI thread.
class AlertCard : public QWidget {
    Q_OBJECT
public:
    using TextOf = std::function<QString(const engine::AlertEpisode&)>;
    // `titleOf` its rule, and `placeOf` where that is.
    AlertCard(AlertBook& book, TextOf titleOf, TextOf placeOf, TextOf unitOf, QWidget* parent = nullptr);
    void show(const std::optional<AlertKey>& key);
    std::optional<AlertKey> key() const { return m_key; }
    void refresh();
    void acknowledge();  // with the note that has been written
    AlertChart& chart() { return *m_chart; }
    QLineEdit& note() { return *m_note; }
    QString said() const;  // why the last order was refused

Q_SIGNALS:
    void nodeWanted(const ui::AlertKey& key);
    void left();  // Escape: the list may have the keys again

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    QWidget* makeHead();
    QWidget* makeFacts();
    QWidget* makeActions();
    void askForMore();
    void showHistory(const std::vector<engine::AlertChange>& history);
    QString lastingText(const engine::AlertEpisode& alert) const;

    AlertBook& m_book;
    TextOf m_titleOf, m_placeOf, m_unitOf;
    std::optional<AlertKey> m_key;
    SeveritySign* m_sign = nullptr;
    QLabel *m_state = nullptr, *m_summary = nullptr, *m_condition = nullptr, *m_place = nullptr,
           *m_labels = nullptr, *m_history = nullptr, *m_seen = nullptr, *m_said = nullptr;
    FiguresLabel *m_value = nullptr, *m_newest = nullptr, *m_threshold = nullptr, *m_lasting = nullptr;
    AlertChart* m_chart = nullptr;
    QLineEdit* m_note = nullptr;
    QPushButton *m_jump = nullptr, *m_acknowledge = nullptr;
    QTimer m_more, m_clock;
};

}  // namespace ui
