#include "ui/documents/document_tabs.h"

#include "ui/documents/documents.h"
#include "ui/icons.h"
#include "ui/job_look.h"
#include "ui/plain_text.h"

#include <QDir>
#include <QFileInfo>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QToolButton>

#include <algorithm>
#include <map>

namespace ui {

namespace {

bool hasFailed(const OpenDocument& document)
{
    if (document.isActive()) return false;
    return document.hasTelemetry ? document.state() == engine::JobState::Failed
                                 : document.failure.has_value();
}

// The sign of the job's state, as in the top bar, or none where nothing runs.
QIcon stateIcon(const OpenDocument& document)
{
    if (hasFailed(document)) return themedIcon(QStringLiteral("error"), Tone::Error);
    if (!document.isActive()) return {};
    const JobLook look = lookOf(document.hasTelemetry ? document.state() : engine::JobState::Starting);
    return themedIcon(look.icon, look.tone);
}

}  // namespace

DocumentTabs::DocumentTabs(Session& session, QWidget* parent) : QTabBar(parent), m_session(session)
{
    setObjectName(QStringLiteral("documentTabs"));
    setAccessibleName(tr("Open documents"));
    setExpanding(false);
    setDrawBase(false);
    setMovable(true);
    setElideMode(Qt::ElideRight);
    setUsesScrollButtons(true);
    setIconSize({12, 12});
    setFocusPolicy(Qt::TabFocus);
    connect(this, &QTabBar::currentChanged, this, [this](int index) {
        if (!m_isSyncing && at(index)) m_session.show(at(index));
    });
    connect(this, &QTabBar::tabMoved, this, [this](int from, int to) {
        if (!m_isSyncing) m_session.move(from, to);
    });
    connect(&session, &Session::documentsChanged, this, &DocumentTabs::sync);
    connect(&session, &Session::currentChanged, this, &DocumentTabs::sync);
    connect(&session, &Session::jobChanged, this, &DocumentTabs::relabel);
    connect(&session, &Session::unreadChanged, this, &DocumentTabs::relabel);
    connect(&theme(), &Theme::changed, this, &DocumentTabs::relabel);
    sync();
}

OpenDocument* DocumentTabs::at(int index) const
{
    const auto& documents = m_session.documents();
    return index >= 0 && index < static_cast<int>(documents.size())
        ? documents[static_cast<std::size_t>(index)].get()
        : nullptr;
}

void DocumentTabs::sync()
{
    m_isSyncing = true;
    const auto& documents = m_session.documents();
    while (count() > static_cast<int>(documents.size())) removeTab(count() - 1);
    while (count() < static_cast<int>(documents.size())) {
        const int index = addTab(QString());
        auto* close = new QToolButton(this);
        close->setObjectName(QStringLiteral("closeTab"));
        close->setText(QStringLiteral("×"));
        close->setFocusPolicy(Qt::NoFocus);
        close->setToolTip(tr("Close (Ctrl+W)"));
        close->setAccessibleName(tr("Close"));
        connect(close, &QToolButton::clicked, this, [this, close] {
            for (int i = 0; i < count(); ++i)
                if (tabButton(i, QTabBar::RightSide) == close && at(i)) return Q_EMIT closeWanted(at(i));
        });
        setTabButton(index, QTabBar::RightSide, close);
    }
    for (const auto& open : documents) {
        disconnect(&open->document->undoStack(), &QUndoStack::cleanChanged, this, nullptr);
        disconnect(open->document.get(), nullptr, this, nullptr);
        connect(&open->document->undoStack(), &QUndoStack::cleanChanged, this, &DocumentTabs::relabel);
        connect(open->document.get(), &PipelineDocument::changed, this, &DocumentTabs::relabel);
        connect(open->document.get(), &PipelineDocument::saved, this, &DocumentTabs::relabel);
        if (open.get() == m_session.current()) setCurrentIndex(static_cast<int>(&open - documents.data()));
    }
    m_isSyncing = false;
    relabel();
}

// Behind the names that are there more than once: the folder of the file, or a number where that does not
// tell them apart.
std::vector<QString> DocumentTabs::names() const
{
    std::map<QString, int> named, placed, numbers;
    const auto folderOf = [](const OpenDocument& open) {
        const QString path = open.document->path();
        return path.isEmpty() ? QString() : plainLine(QFileInfo(path).dir().dirName(), 24);
    };
    for (const auto& open : m_session.documents()) {
        ++named[briefName(*open)];
        ++placed[briefName(*open) + QLatin1Char('/') + folderOf(*open)];
    }
    std::vector<QString> all;
    for (const auto& open : m_session.documents()) {
        QString name = briefName(*open);
        if (named[name] > 1) {
            const QString folder = folderOf(*open), base = name;
            const int number = ++numbers[base];
            if (!folder.isEmpty()) name += QStringLiteral(" – ") + folder;
            if (folder.isEmpty() || placed[base + QLatin1Char('/') + folder] > 1)
                name += QStringLiteral(" (%1)").arg(number);
        }
        all.push_back(name);
    }
    return all;
}

void DocumentTabs::relabel()
{
    const std::vector<QString> all = names();
    for (int i = 0; i < count(); ++i) {
        const OpenDocument* open = at(i);
        if (!open) continue;
        QString name = all[static_cast<std::size_t>(i)];
        name.replace(QLatin1Char('&'), QLatin1String("&&"));
        const QString text = Documents::isUnsaved(*open) ? name + QStringLiteral(" •") : name;
        if (tabText(i) != text) setTabText(i, text);
        const QString file =
            open->document->path().isEmpty() ? tr("Not saved in a file yet") : open->document->path();
        setTabToolTip(i, plainToolTip(hasFailed(*open) ? tr("Failed\n%1").arg(file) : file));
        setTabIcon(i, stateIcon(*open));
    }
}

void DocumentTabs::step(int by)
{
    if (count() > 1) setCurrentIndex((currentIndex() + by + count()) % count());
}

void DocumentTabs::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton && at(tabAt(event->position().toPoint()))) Q_EMIT renameWanted();
}

// With many documents the bar is scrolled before names are cut to their first letters.
QSize DocumentTabs::minimumTabSizeHint(int index) const
{
    constexpr int kLeastWidth = 200;
    QSize size = tabSizeHint(index);
    size.setWidth(std::min(size.width(), kLeastWidth));
    return size;
}

void DocumentTabs::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_F2) return Q_EMIT renameWanted();
    QTabBar::keyPressEvent(event);
}

void DocumentTabs::mouseReleaseEvent(QMouseEvent* event)
{
    const int index = tabAt(event->position().toPoint());
    if (event->button() == Qt::MiddleButton && at(index)) return Q_EMIT closeWanted(at(index));
    QTabBar::mouseReleaseEvent(event);
}

}  // namespace ui
