#pragma once

#include "ui/document/pipeline_document.h"
#include "ui/properties/field_editor.h"

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

protected:
    // What is typed in the fields in one go is one step of the document.
    void follow(FormContext& context, PipelineDocument& document)
    {
        context.typed = [this] { Q_EMIT typingChanged(); };
        context.goesOn = [&document] { document.holdStep(); };
        context.isMeant = [&document] { document.endStep(); };
    }
};

}  // namespace ui
