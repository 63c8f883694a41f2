#pragma once

#include "ui/properties/field_editor.h"

#include <QStringList>

class QComboBox;

namespace ui {

class FlowRow;
class RecordsField;

// Some columns, in an order: each a chip that can be taken out, and a line to add one.
class ColumnsField : public FieldEditor {
    Q_OBJECT
public:
    ColumnsField(const engine::ParamField& field, const FormContext& context, QWidget* parent);
    void showValue(const engine::Json* value) override;
    void refreshContext() override;
    bool isWide() const override { return true; }

private:
    void rebuild();
    void add(const QString& name);
    void removeAt(int index);
    void give();
    QStringList m_names;
    FlowRow* m_chips;
    QComboBox* m_adder;
};

// Names with values: a list of records of two texts.
class MapField : public FieldEditor {
    Q_OBJECT
public:
    MapField(const engine::ParamField& field, const FormContext& context, QWidget* parent);
    void showValue(const engine::Json* value) override;
    bool isWide() const override { return true; }

private:
    void markDoubles();  // which rows have the name of one before them
    const engine::ParamField m_pairs;
    RecordsField* m_list;
    engine::Json m_rows = engine::Json::array();
};

// One row of parameters that may be left out: a list of at most one record.
class RecordField : public FieldEditor {
    Q_OBJECT
public:
    RecordField(const engine::ParamField& field, const FormContext& context, QWidget* parent);
    void showValue(const engine::Json* value) override;
    void setProblems(const std::vector<engine::Diagnostic>& problems) override;
    void refreshContext() override;
    bool isWide() const override { return true; }
    RecordsField& list() { return *m_list; }

private:
    const engine::ParamField m_records;
    RecordsField* m_list;
};

}  // namespace ui
