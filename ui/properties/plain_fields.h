#pragma once

#include "ui/properties/field_editor.h"

class QCheckBox;
class QComboBox;
class QHBoxLayout;
class QLineEdit;
class QStringListModel;

namespace ui {

// One line of text: numbers, texts, durations, sizes, times, names of secrets. What the default is stands
// there in grey.
class LineField : public TypedField {
    Q_OBJECT
public:
    LineField(const engine::ParamField& field, const FormContext& context, QWidget* parent);
    QLineEdit& input() { return *m_input; }
    bool isWide() const override { return m_field.type == engine::ParamType::Secret; }

protected:
    QString text() const override;
    void showText(const QString& text) override;
    void showPlaceholder(const QString& text) override;
    QString textOf(const engine::Json* value) const override;
    engine::Json valueOf(const QString& text) const override;
    void addDetect();  // the button that looks into what the field names, where it does
    QHBoxLayout* m_row;

private:
    void offerUnits(const QString& typed);
    bool showsDefault() const;
    QLineEdit* m_input;
    QStringListModel* m_units = nullptr;
};

// A line with a button that looks for a file.
class PathField : public LineField {
    Q_OBJECT
public:
    PathField(const engine::ParamField& field, const FormContext& context, QWidget* parent);
    bool isWide() const override { return true; }

private:
    void browse();
};

// A parameter that is true or false, as a box to tick.
class FlagField : public FieldEditor {
    Q_OBJECT
public:
    FlagField(const engine::ParamField& field, const FormContext& context, QWidget* parent);
    void showValue(const engine::Json* value) override;
    void showMixed() override;

private:
    QCheckBox* m_box;
};

// One of the values that a parameter may have, from a list of them.
class ChoiceField : public FieldEditor {
    Q_OBJECT
public:
    ChoiceField(const engine::ParamField& field, const FormContext& context, QWidget* parent);
    void showValue(const engine::Json* value) override;
    void showMixed() override;

private:
    void addChoice(const QString& choice);
    QComboBox* m_box;
};

// The name of a column, from a list of those that come in or typed.
class ColumnField : public TypedField {
    Q_OBJECT
public:
    ColumnField(const engine::ParamField& field, const FormContext& context, QWidget* parent);
    void refreshContext() override;

protected:
    QString text() const override;
    void showText(const QString& text) override;
    void showPlaceholder(const QString& text) override;

private:
    QComboBox* m_box;
    std::vector<engine::Field> m_columns;  // that are offered
};

// A drop-down list that leaves the wheel to the form it stands in.
QComboBox* makeComboBox(QWidget* parent);

}  // namespace ui
