#include "ui/main_window.h"
#include "ui/overlay/notice_bar.h"
#include "ui/palette/palette_panel.h"
#include "ui/panels/rail_button.h"

#include <QApplication>
#include <QButtonGroup>
#include <QPlainTextEdit>
#include <QScreen>
#include <QStackedWidget>

// The way of the keyboard from one part of the main window to the next.

namespace ui {

namespace {

// The first thing in it that Tab would stop at.
void focusInside(QWidget& part)
{
    QWidget* first = nullptr;
    for (QWidget* widget : part.findChildren<QWidget*>()) {
        const bool isStop = (widget->focusPolicy() & Qt::TabFocus) && widget->isVisible() &&
            widget->isEnabled() && !widget->focusProxy();
        if (!isStop) continue;
        const QPoint at = widget->mapTo(&part, QPoint()), before = first ? first->mapTo(&part, QPoint()) : at;
        if (!first || at.y() < before.y() || (at.y() == before.y() && at.x() < before.x())) first = widget;
    }
    (first ? first : &part)->setFocus(Qt::ShortcutFocusReason);
}

bool isIn(const QWidget& part, const QWidget* focused)
{
    return focused && (&part == focused || part.isAncestorOf(focused));
}

}  // namespace

std::vector<MainWindow::Region> MainWindow::regions()
{
    std::vector<Region> all{{m_top, [this] { focusInside(*m_top); }},
                            {m_notices, [this] { m_notices->focusFirst(); }},
                            {m_rail->button(page())->parentWidget(),
                             [this] { m_rail->button(page())->setFocus(Qt::ShortcutFocusReason); }}};
    if (page() != Design) {
        all.push_back({m_pages->currentWidget(), [this] { focusPage(); }});
    } else {
        DesignPage& design = *m_design;
        all.push_back({&design.palette(), [&design] { design.palette().focusSearch(); }});
        all.push_back({&design.tabs(), [&design] { design.tabs().setFocus(Qt::ShortcutFocusReason); }});
        all.push_back({&design.view(), [&design] { design.view().setFocus(Qt::ShortcutFocusReason); }});
        QWidget *text = &design.text().editor(), *inspector = &design.inspector();
        all.push_back({&design.text(), [text] { text->setFocus(Qt::ShortcutFocusReason); }});
        all.push_back({inspector, [inspector] { inspector->setFocus(Qt::ShortcutFocusReason); }});
        all.push_back({&design.dock(), [&design] { focusInside(design.dock()); }});
    }
    std::erase_if(all, [](const Region& region) { return !region.widget->isVisible(); });
    return all;
}

void MainWindow::stepRegion(int by)
{
    const std::vector<Region> all = regions();
    const QWidget* focused = QApplication::focusWidget();
    const auto count = static_cast<int>(all.size());
    int at = by > 0 ? -1 : count;
    for (int i = 0; i < count; ++i)
        if (isIn(*all[static_cast<std::size_t>(i)].widget, focused)) at = i;
    all[static_cast<std::size_t>((at + by + count) % count)].focus();
}

void MainWindow::makeWayCommands()
{
    const QString show = tr("View");
    m_commands.add(show,
                   {"view.next_part", tr("Next part of the window"), {Qt::Key_F6}, {}, {}, [this] {
                        stepRegion(1);
                    }});
    m_commands.add(show,
                   {"view.previous_part",
                    tr("Previous part of the window"),
                    {Qt::SHIFT | Qt::Key_F6},
                    {},
                    {},
                    [this] { stepRegion(-1); }});
    m_commands.add(show,
                   {"view.notice",
                    tr("Answer the notice"),
                    {Qt::CTRL | Qt::SHIFT | Qt::Key_J},
                    {},
                    [this] { return m_notices->waiting() > 0; },
                    [this] { m_notices->focusFirst(); }});
}

// Never larger than what the screen has beside its panels, with the frame that a window manager puts round.
void MainWindow::fitToScreen()
{
    constexpr QSize kFrame(8, 40);
    const QRect room = screen()->availableGeometry();
    resize(size().boundedTo(room.size() - kFrame).expandedTo(minimumSize()));
    move(room.topLeft() + QPoint(std::max(0, (room.width() - width()) / 2),
                                 std::max(0, (room.height() - kFrame.height() - height()) / 2)));
}

}  // namespace ui
