#include "ui/panels/empty_hint.h"

#include <QAbstractItemView>
#include <QEvent>

namespace ui {

EmptyHint::EmptyHint(QAbstractItemView& view, const QString& text) : QLabel(&view), m_view(view)
{
    setObjectName(QStringLiteral("empty"));
    setTextFormat(Qt::PlainText);
    setAlignment(Qt::AlignCenter);
    setWordWrap(true);
    setContentsMargins(16, 0, 16, 0);
    setAttribute(Qt::WA_TransparentForMouseEvents);
    view.viewport()->installEventFilter(this);
    connect(view.model(), &QAbstractItemModel::rowsInserted, this, &EmptyHint::place);
    connect(view.model(), &QAbstractItemModel::rowsRemoved, this, &EmptyHint::place);
    connect(view.model(), &QAbstractItemModel::modelReset, this, &EmptyHint::place);
    say(text);
}

void EmptyHint::say(const QString& text)
{
    if (text != this->text()) setText(text);
    place();
}

bool EmptyHint::eventFilter(QObject*, QEvent* event)
{
    if (event->type() == QEvent::Resize || event->type() == QEvent::Show) place();
    return false;
}

void EmptyHint::place()
{
    setGeometry(m_view.viewport()->geometry());
    setVisible(m_view.model()->rowCount(m_view.rootIndex()) == 0);
}

}  // namespace ui
