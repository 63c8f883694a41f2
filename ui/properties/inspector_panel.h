#pragma once

#include "ui/document/edits.h"
#include "ui/session.h"

#include <QList>
#include <QPointer>
#include <QWidget>

#include <functional>
#include <vector>

class QAction;
class QLabel;
class QScrollArea;
class QVBoxLayout;

namespace ui {

class FiguresLabel;
class DocumentEditor;
class NodeEditor;
class NodesEditor;
class ColumnList;
class PartitionTable;
class PropertyEditor;

// What there is to know of the selected node, nodes or edge or, with nothing selected, of the pipeline: a
// form, texts from the document and the catalogue, figures from the job. Owned by the main window, GUI
// thread. Knows no component by name.
class InspectorPanel : public QWidget {
    Q_OBJECT
public:
    explicit InspectorPanel(Session& session, QWidget* parent = nullptr);
    ~InspectorPanel() override;
    void setNodeActions(const QList<QAction*>& actions) { m_actions = actions; }  // of several nodes
    void showNode(const engine::NodeId& node);
    void showNodes(const edits::Nodes& nodes);
    void showEdge(const engine::EdgeSpec& edge);
    void showPipeline();
    void refresh();  // figures, some times a second
    bool isTyping() const;  // in one of its fields, what the document does not say yet
    void finishTyping();
    // Null unless such a thing is shown; a node must be of a known component.
    NodeEditor* editor() const;
    NodesEditor* nodesEditor() const;
    DocumentEditor* documentEditor() const;

Q_SIGNALS:
    void typingChanged();

protected:
    void focusInEvent(QFocusEvent* event) override;  // goes to the first field
    bool focusNextPrevChild(bool next) override;     // as the fields stand

private:
    using Figure = std::function<QString(const engine::JobTelemetry&)>;
    void select(const engine::NodeId& node, const edits::Nodes& nodes, const engine::EdgeSpec& edge);
    void rebuild();
    void retheme();
    void giveUpFocus();  // what is typed is given on while all of it is there
    void showChanges();  // what is shown stays, with the focus in it
    void showHelp(QWidget* focused);
    void buildNode(const engine::NodeSpec& node);
    void buildNodes();
    void buildEdge(const engine::EdgeSpec& edge);
    void buildPipeline(const OpenDocument& open);
    void buildColumns(const engine::PortRef& port);
    void fillColumns();
    void showSize();
    void buildRejected();
    void addTitle(const QString& title, const QString& kind, const QString& help);
    void addHeading(const QString& text);
    void addText(const QString& text);
    FiguresLabel* addRow(const QString& name, const QString& value);
    void addFigure(const QString& name, Figure figure);

    Session& m_session;
    QPointer<PipelineDocument> m_document;  // that is shown
    engine::NodeId m_node;
    edits::Nodes m_nodes;
    engine::EdgeSpec m_edge;
    QList<QAction*> m_actions;
    QScrollArea* m_scroll;
    QWidget* m_body = nullptr;
    QVBoxLayout* m_column = nullptr;
    QLabel* m_title = nullptr;
    PropertyEditor* m_editor = nullptr;
    QLabel* m_help;
    QWidget* m_columns = nullptr;  // of the port whose columns are listed
    QLabel* m_columnsHeading = nullptr;
    ColumnList* m_columnList = nullptr;
    engine::PortRef m_columnsPort;
    engine::SchemaPtr m_columnsShown;
    FiguresLabel *m_live = nullptr, *m_size = nullptr;
    std::vector<std::pair<FiguresLabel*, Figure>> m_figures;
    QLabel* m_rejected = nullptr;
    PartitionTable* m_partitions = nullptr;  // of a source
};

}  // namespace ui
