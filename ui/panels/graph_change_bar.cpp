#include "ui/panels/graph_change_bar.h"

#include "ui/graph_change.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace ui {

GraphChangeBar::GraphChangeBar(Session& session, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_text(new QLabel(this)),
      m_again(new QPushButton(tr("Stop and run again"), this)),
      m_stop(new QPushButton(tr("Stop only"), this))
{
    setObjectName(QStringLiteral("noticeBar"));
    setAttribute(Qt::WA_StyledBackground);
    m_text->setObjectName(QStringLiteral("notice"));
    m_text->setTextFormat(Qt::PlainText);
    m_text->setWordWrap(true);
    m_again->setToolTip(tr("Its state is saved, and the new run goes on from it (Ctrl+F5)"));
    m_stop->setToolTip(tr("Do not run it again when it has stopped"));
    connect(m_again, &QPushButton::clicked, this, &GraphChangeBar::runAgainWanted);
    connect(m_stop, &QPushButton::clicked, this, &GraphChangeBar::stopWanted);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(16, 4, 16, 4);
    row->setSpacing(12);
    row->addWidget(m_text, 1);
    row->addWidget(m_again);
    row->addWidget(m_stop);
    connect(&session, &Session::currentChanged, this, &GraphChangeBar::refresh);
    connect(&session, &Session::documentChanged, this, &GraphChangeBar::refresh);
    connect(&session, &Session::runChanged, this, &GraphChangeBar::refresh);
    refresh();
}

void GraphChangeBar::refresh()
{
    const OpenDocument* open = m_session.current();
    setVisible(open && isGraphOther(*open));
    if (!open) return;
    const bool isStopping = open->hasTelemetry && open->state() == engine::JobState::Stopping;
    const QString said = open->isToRunAgain
        ? tr("The run is being stopped; then the pipeline runs again as it is here.")
        : tr("The graph was changed; the run goes on as it was started. Run again to apply what was "
             "changed.");
    m_text->setText(said);
    setAccessibleName(said);
    m_again->setVisible(!open->isToRunAgain);
    m_again->setEnabled(open->job && !isStopping);
    m_stop->setVisible(open->isToRunAgain);
}

}  // namespace ui
