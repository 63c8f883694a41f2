#pragma once

#include "data/expression.h"
#include "spec/param_schema.h"

#include <QTimer>
#include <QWidget>

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace ui {

// What the fields of one node's form may look at. Owned by the node's editor, which outlives the form; GUI
// thread.
struct FormContext {
    std::map<std::string, engine::SchemaPtr> inputs{};  // by input port, where its columns are known
    std::map<std::string, engine::SchemaPtr> lists{};   // of columns that lists of the form itself name
    engine::Constants constants{};                      // the document's parameters
    QString baseDirectory{};                            // where relative paths begin
    bool isSink = false;
    const engine::ParamField* detectAt = nullptr;  // the field that says what is looked at
    std::function<void()> detect{};                // looks there; empty: there is nothing to look for
    std::function<void()> typed{};                 // something is being typed, or no longer
    std::function<void()> goesOn{};                // with what was given on last, by another key
    std::function<void()> isMeant{};               // what was given on: by Enter, or the focus has gone

    engine::SchemaPtr schemaFor(const engine::ParamField& field) const;  // null: not known
};

// The input for one parameter. It shows what it is told and says what the user made of it; it never changes
// the document. A value that it cannot read is given on as it was typed, so that nothing is lost and the
// check says what is wrong.
class FieldEditor : public QWidget {
    Q_OBJECT
public:
    FieldEditor(const engine::ParamField& field, const FormContext& context, QWidget* parent);
    const engine::ParamField& field() const { return m_field; }

    // Null: the document says nothing. Text that is being typed stays.
    virtual void showValue(const engine::Json* value) = 0;
    // The nodes that are edited together say different things; what is given then is for all of them. A list
    // cannot be given piece by piece.
    virtual void showMixed();
    // Of this field; their `param` is the path below it ("" or "[1].function").
    virtual void setProblems(const std::vector<engine::Diagnostic>& problems) { (void)problems; }
    virtual void refreshContext() { }                    // columns or parameters have changed
    virtual bool isWide() const { return false; }        // stands below its title instead of beside it
    virtual bool isBeingTyped() const { return false; }  // something that was not given on yet
    virtual QString message() const { return {}; }       // what it says itself of what is written

Q_SIGNALS:
    // `value` null: back to the default. `path` is what was changed below the field, for steps that belong
    // together; "!" for a step on its own.
    void edited(const engine::Json& value, const std::string& path);
    void typingChanged();  // isBeingTyped() is other than before

protected:
    const engine::ParamField& m_field;
    const FormContext& m_context;
};

// A field into which something is typed: it is given on by Enter, when the focus goes, and after a pause;
// Escape takes back what was typed since the focus came or Enter was pressed, and without that goes on to
// whoever has the form.
class TypedField : public FieldEditor {
    Q_OBJECT
public:
    TypedField(const engine::ParamField& field, const FormContext& context, QWidget* parent);
    void showValue(const engine::Json* value) override;
    bool isBeingTyped() const override { return m_pause.isActive(); }
    void finish();  // what is being typed is given on now
    void showMixed() override;
    bool eventFilter(QObject* watched, QEvent* event) override;

protected:
    virtual QString text() const = 0;
    virtual void showText(const QString& text) = 0;
    virtual void showPlaceholder(const QString& text) = 0;
    virtual QString textOf(const engine::Json* value) const;
    virtual engine::Json valueOf(const QString& text) const;  // null: not given
    virtual bool takesEnter(int modifiers) const { return (void)modifiers, true; }
    void watch(QWidget* input);
    void typed();   // by the user
    void commit();  // what is typed, unless it is what was given on last

private:
    void mean();  // gives on for good
    void setMixed(bool isMixed);
    void tellTyping();
    QTimer m_pause;
    QWidget* m_input = nullptr;
    QString m_shown, m_accepted;  // `m_accepted`: what Escape goes back to
    bool m_isMixed = false;
};

FieldEditor* makeFieldEditor(const engine::ParamField& field, const FormContext& context, QWidget* parent);

// The text of a value as it is typed: texts without quotes, everything else as JSON.
QString plainText(const engine::Json& value);
QString fieldTitle(const engine::ParamField& field);
// What stands in an empty field: the default, or how a value is written.
QString placeholderOf(const engine::ParamField& field);
QString mixedText();
// What the default is, in words; empty when there is none.
QString defaultText(const engine::ParamField& field);

}  // namespace ui
