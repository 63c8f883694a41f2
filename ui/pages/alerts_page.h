#pragma once

#include "ui/alerts/alert_card.h"
#include "ui/alerts/alerts_model.h"
#include "ui/session.h"

#include <QWidget>

#include <array>

class QAction;
class QLabel;
class QLineEdit;
class QStackedWidget;
class QTableView;
class QToolButton;

namespace ui {

// All alerts as a list with filters and a search, and the chosen one as a card beside it. Owned by the main
// window, GUI thread.
class AlertsPage : public QWidget {
    Q_OBJECT
public:
    AlertsPage(Session& session, AlertBook& book, QWidget* parent = nullptr);
    void choose(const AlertKey& key);  // whatever the filter was
    void setFilter(AlertsModel::Filter filter);
    QList<QAction*> actions() const { return m_actions; }
    AlertsModel& model() { return m_model; }
    AlertCard& card() { return *m_card; }
    QTableView& table() { return *m_table; }
    QLineEdit& search() { return *m_search; }

Q_SIGNALS:
    void nodeWanted(const ui::AlertKey& key);
    void examplesWanted();

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QWidget* makeHead();
    QWidget* makeEmptyPage();
    void makeTable();
    void makeActions();
    void fitColumns();
    void refresh();
    void chooseAgain();
    const OpenDocument* documentOf(const engine::AlertEpisode& alert) const;
    QString titleOf(const engine::AlertEpisode& alert) const;
    QString placeOf(const engine::AlertEpisode& alert) const;
    QString unitOf(const engine::AlertEpisode& alert) const;

    Session& m_session;
    AlertBook& m_book;
    AlertsModel m_model;
    QTableView* m_table;
    AlertCard* m_card;
    QLineEdit* m_search;
    QStackedWidget* m_stack;
    std::array<QToolButton*, AlertsModel::Filters> m_filters{};
    QList<QAction*> m_actions;
    std::optional<AlertKey> m_chosen;
    bool m_isOwnChoice = false;  // and not the page's
};

}  // namespace ui
