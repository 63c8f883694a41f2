#pragma once

#include "ui/documents/recent_files.h"
#include "ui/pages/examples.h"

#include <QWidget>

class QBoxLayout;
class QGridLayout;
class QScrollArea;

namespace engine {
class EngineClient;
}

namespace ui {

class GalleryCard;

// The first page: examples that run at one click, recent files, new and open. Owned by the main window, GUI
// thread; only asks.
class GalleryPage : public QWidget {
    Q_OBJECT
public:
    GalleryPage(const engine::EngineClient& client, RecentFiles& recent, QWidget* parent = nullptr);
    const std::vector<GalleryCard*>& cards() const { return m_cards; }

Q_SIGNALS:
    void newWanted();
    void openWanted();
    void fileWanted(const QString& path);
    void exampleWanted(const ui::Example& example);

protected:
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QWidget* makeHead();
    QGridLayout* gridOf(std::size_t card) const { return card < m_first ? m_grid : m_extraGrid; }
    std::size_t neighbour(std::size_t card, int key) const;
    void arrange();
    void showRecent();

    RecentFiles& m_recentFiles;
    std::vector<Example> m_examples;
    std::vector<GalleryCard*> m_cards;
    QScrollArea* m_scroll;
    QGridLayout* m_grid;
    QGridLayout* m_extraGrid;  // of what needs more than one click, and of helpers
    QBoxLayout* m_recent;
    QWidget* m_recentBox;
    std::size_t m_first = 0;  // cards of the first grid
    int m_columns = 0;
};

}  // namespace ui
