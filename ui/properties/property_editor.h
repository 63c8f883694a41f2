#pragma once

#include <QWidget>

namespace ui {

// What the inspector shows of a selection so that it can be changed: a node, several, or the document. Owned
// by the inspector, GUI thread; lives until something else is selected.
class PropertyEditor : public QWidget {
    Q_OBJECT
public:
    using QWidget::QWidget;
    // False: it is about something that is gone or has become something else.
    virtual bool isCurrent() const = 0;
    virtual void refresh() = 0;  // the document, its analysis or its job has changed; what is typed stays
    virtual void focusFirst() = 0;
    virtual bool hasFields() const = 0;

Q_SIGNALS:
    void typingChanged();  // in one of its fields
};

}  // namespace ui
