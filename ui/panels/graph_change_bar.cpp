#include "ui/panels/graph_change_bar.h"

#include "ui/graph_change.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace ui {

GraphChangeBar::GraphChangeBar(Session& session, QWidget* parent) : QWidget(parent), m_session(session)
{
    setObjectName(QStringLiteral("noticeBar"));
    setAttribute(Qt::WA_StyledBackground);
    setAccessibleName(sentence());
    auto* text = new QLabel(sentence(), this);
    text->setObjectName(QStringLiteral("notice"));
    text->setTextFormat(Qt::PlainText);
    text->setWordWrap(true);
    auto* again = new QPushButton(tr("Stop and run again"), this);
    again->setToolTip(tr("Its state is saved, and the new run goes on from it (Ctrl+F5)"));
    connect(again, &QPushButton::clicked, this, &GraphChangeBar::runAgainWanted);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(16, 4, 16, 4);
    row->setSpacing(12);
    row->addWidget(text, 1);
    row->addWidget(again);
    connect(&session, &Session::currentChanged, this, &GraphChangeBar::refresh);
    connect(&session, &Session::documentChanged, this, &GraphChangeBar::refresh);
    connect(&session, &Session::runChanged, this, &GraphChangeBar::refresh);
    refresh();
}

QString GraphChangeBar::sentence()
{
    return tr(
        "The graph was changed; the run goes on as it was started. Run again to apply what was changed.");
}

void GraphChangeBar::refresh()
{
    const OpenDocument* open = m_session.current();
    setVisible(open && isGraphOther(*open));
}

}  // namespace ui
