#pragma once

#include "ui/session.h"

#include <QWidget>

#include <functional>
#include <vector>

class QLabel;
class QScrollArea;
class QVBoxLayout;

namespace ui {

class FiguresLabel;
class NodeEditor;

// What there is to know of the selected node, edge or, with nothing selected, the pipeline: the node's form,
// texts from the document and the catalogue, figures from the job. Owned by the main window, GUI thread.
// Knows no component by name.
class InspectorPanel : public QWidget {
    Q_OBJECT
public:
    explicit InspectorPanel(Session& session, QWidget* parent = nullptr);
    ~InspectorPanel() override;
    void showNode(const engine::NodeId& node);
    void showEdge(const engine::EdgeSpec& edge);
    void showPipeline();
    void refresh();                            // figures, some times a second
    NodeEditor* editor() { return m_editor; }  // null unless a node of a known component is selected

protected:
    void focusInEvent(QFocusEvent* event) override;  // goes to the first field
    bool focusNextPrevChild(bool next) override;     // as the fields stand

private:
    using Figure = std::function<QString(const engine::JobTelemetry&)>;
    void rebuild();
    void giveUpFocus();  // what is typed is given on while all of it is there
    void showChanges();  // what is shown stays, with the focus in it
    void showHelp(QWidget* focused);
    void buildNode(const engine::NodeSpec& node);
    void buildEdge(const engine::EdgeSpec& edge);
    void buildPipeline(const OpenDocument& open);
    void buildColumns(const engine::PortRef& port);
    void fillColumns();
    void buildRejected();
    void addTitle(const QString& title, const QString& kind, const QString& help);
    void addHeading(const QString& text);
    void addText(const QString& text);
    FiguresLabel* addRow(const QString& name, const QString& value);
    void addFigure(const QString& name, Figure figure);

    Session& m_session;
    engine::NodeId m_node;
    engine::EdgeSpec m_edge;
    QScrollArea* m_scroll;
    QWidget* m_body = nullptr;
    QVBoxLayout* m_column = nullptr;
    QLabel* m_title = nullptr;
    NodeEditor* m_editor = nullptr;
    QLabel* m_help;
    QVBoxLayout* m_columnRows = nullptr;  // of the port whose columns are listed
    engine::PortRef m_columnsPort;
    engine::SchemaPtr m_columnsShown;
    FiguresLabel* m_live = nullptr;
    std::vector<std::pair<FiguresLabel*, Figure>> m_figures;
    QLabel* m_rejected = nullptr;
};

}  // namespace ui
