#include "ui/pictures.h"

#include "ui/charts/threshold_form.h"
#include "ui/graph/canvas_prompts.h"
#include "ui/overlay/notice_bar.h"
#include "ui/overlay/overlay.h"
#include "ui/pages/gallery_page.h"
#include "ui/picture_states.h"

#include <QApplication>
#include <QDragLeaveEvent>
#include <QPainter>
#include <QPixmap>

#include <cstdio>

namespace ui {

namespace {

constexpr int kCheckEveryMs = 100;
constexpr int kChecksMost = 1200;
constexpr int kChecksThere = 5;  // in a row, so that what follows from it is there too

// The window with the list of what fits the word at the cursor, which is a window of its own: below its
// field, wherever a screen smaller than the picture has room for it.
QPixmap pictureOf(QWidget& window)
{
    QPixmap picture = window.grab();
    QWidget* list = QApplication::activePopupWidget();
    QWidget* field = list ? list->focusProxy() : nullptr;
    if (!field) return picture;
    constexpr int kGap = 4;
    const QPoint place(field->width() - list->width(), field->height() + kGap);
    QPainter(&picture).drawPixmap(field->mapTo(&window, place), list->grab());
    return picture;
}

}  // namespace

Pictures::Pictures(Session& session, MainWindow& window) : m_session(session), m_window(window)
{
    connect(&m_check, &QTimer::timeout, this, &Pictures::check);
    m_check.setInterval(kCheckEveryMs);
}

QStringList Pictures::states()
{
    QStringList names;
    for (const PictureState& state : pictureStates()) names += state.name;
    return names;
}

void Pictures::show(const QString& state) { take(state, {}); }

void Pictures::take(const QString& state, const QString& file)
{
    std::vector<Wanted> wanted;
    for (const PictureState& each : pictureStates())
        if (each.name == state) wanted.push_back({&each, file});
    begin(std::move(wanted));
}

void Pictures::takeAll(const QString& folder)
{
    const QString end =
        (theme().shade() == Shade::Dark ? QStringLiteral("-dark") : QStringLiteral("-light")) +
        (m_window.devicePixelRatio() > 1.5 ? QStringLiteral("@2x") : QString()) + QStringLiteral(".png");
    std::vector<Wanted> wanted;
    for (const PictureState& each : pictureStates())
        if (!each.needsBroker) wanted.push_back({&each, folder + u'/' + each.name + end});
    begin(std::move(wanted));
}

void Pictures::begin(std::vector<Wanted> wanted)
{
    m_wanted = std::move(wanted);
    m_now = 0;
    next();
}

// What the state before has left open.
void Pictures::reset()
{
    while (QWidget* over = QApplication::activePopupWidget()) over->close();
    QDragLeaveEvent leave;
    QApplication::sendEvent(m_window.view().viewport(), &leave);
    m_window.view().escape();
    m_window.activateWindow();  // a list over it took that away
    while (m_window.notices().waiting() > 0) m_window.notices().dismiss();
    m_window.overlay().dismiss();
    m_window.view().prompts().cancel();
    m_window.dock().chartPanel().form().close();
    m_window.scene().select(nullptr);
    if (m_window.design().isTextShown()) m_window.design().showText(false);
    m_window.dock().showTab(DockPanel::ChartAndRows);
}

void Pictures::next()
{
    if (m_now == m_wanted.size()) {
        m_check.stop();
        Q_EMIT finished(true);
        return;
    }
    reset();
    m_window.resize(m_wanted[m_now].state->size);
    m_example = 0;
    m_isPosed = m_isAsked = false;
    m_checksLeft = kChecksMost;
    m_checksThere = 0;
    m_check.start();
}

// Runs one example after the other, as a click on its card does; true when the last one is shown.
bool Pictures::isRun(const std::vector<const char*>& wanted)
{
    while (m_example < wanted.size()) {
        const QString file = QString::fromLatin1(wanted[m_example]);
        OpenDocument* open = m_session.current();
        if (const auto known = m_run.find(file); known != m_run.end()) {
            m_session.show(known->second);
            m_window.showPage(MainWindow::Design);
        } else if (m_isAsked && open != m_before && open && open->hasTelemetry) {
            m_run[file] = open;
        } else {
            if (m_isAsked) return false;
            m_before = open;
            for (const Example& example : pictureExamples())
                if (example.file == file) Q_EMIT m_window.gallery().exampleWanted(example);
            m_isAsked = true;
            return false;
        }
        m_isAsked = false;
        ++m_example;
    }
    return true;
}

void Pictures::check()
{
    const PictureState& state = *m_wanted[m_now].state;
    if (isRun(state.examples)) {
        if (!m_isPosed && state.pose) state.pose(m_window);
        m_isPosed = true;
        m_checksThere = !state.isThere || state.isThere(m_window) ? m_checksThere + 1 : 0;
        if (m_checksThere >= (state.isBrief ? 1 : kChecksThere)) return save();
    }
    if (--m_checksLeft > 0) return;
    std::fprintf(stderr, "The window did not come to show \"%s\".\n", qPrintable(state.name));
    m_check.stop();
    Q_EMIT finished(false);
}

void Pictures::save()
{
    m_check.stop();
    const Wanted& wanted = m_wanted[m_now++];
    if (!wanted.file.isEmpty() && !pictureOf(m_window).save(wanted.file, "PNG")) {
        std::fprintf(stderr, "%s: The picture cannot be written.\n", qPrintable(wanted.file));
        Q_EMIT finished(false);
        return;
    }
    next();
}

}  // namespace ui
