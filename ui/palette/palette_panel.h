#pragma once

#include "ui/palette/palette_model.h"

#include <QWidget>

class QLabel;
class QLineEdit;
class QSortFilterProxyModel;
class QTreeView;

namespace ui {

// The components by category, with search, and the help of the chosen one. Owned by the main window, GUI
// thread.
class PalettePanel : public QWidget {
    Q_OBJECT
public:
    explicit PalettePanel(const std::vector<engine::ComponentInfo>& catalog, QWidget* parent = nullptr);
    void focusSearch();
    QLineEdit& input() { return *m_search; }
    QTreeView& tree() { return *m_tree; }

Q_SIGNALS:
    void componentWanted(const std::string& component);  // by Enter or a double click

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QModelIndex bestMatch() const;  // of the components that are shown; none when nothing fits
    void want(const QModelIndex& index);
    void search(const QString& text);
    void showHelp(const QModelIndex& index);
    PaletteModel m_model;
    QSortFilterProxyModel* m_filter;
    QLineEdit* m_search;
    QTreeView* m_tree;
    QLabel* m_help;
    class EmptyHint* m_none;
};

}  // namespace ui
