#pragma once

#include "ui/properties/field_editor.h"

class QLabel;

namespace ui {

class FormulaEdit;

// A formula over the columns that come in. It is checked here at every key, so that a mistake is marked where
// it is before anything is given on.
class FormulaField : public TypedField {
    Q_OBJECT
public:
    FormulaField(const engine::ParamField& field, const FormContext& context, QWidget* parent);
    void refreshContext() override;
    bool isWide() const override { return true; }
    FormulaEdit& input() { return *m_edit; }
    QString message() const override;  // the mistake, or what the function at the cursor does

protected:
    QString text() const override;
    void showText(const QString& text) override;
    void showPlaceholder(const QString& text) override;
    bool takesEnter(int modifiers) const override;

private:
    void check();
    FormulaEdit* m_edit;
    QLabel* m_message;
};

}  // namespace ui
