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

Q_SIGNALS:
    void componentWanted(const std::string& component);  // by Enter or a double click

private:
    void search(const QString& text);
    void showHelp(const QModelIndex& index);
    PaletteModel m_model;
    QSortFilterProxyModel* m_filter;
    QLineEdit* m_search;
    QTreeView* m_tree;
    QLabel* m_help;
};

}  // namespace ui
