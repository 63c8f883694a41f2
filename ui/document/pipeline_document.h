#pragma once

#include "ui/document/document_state.h"

#include <QObject>
#include <QUndoStack>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace ui {

// The one truth about an open pipeline. Views read it, listen, and change it only through edit(). Owned by
// the Session, GUI thread. Never talks to an engine.
class PipelineDocument : public QObject {
    Q_OBJECT
public:
    explicit PipelineDocument(DocumentState state, QObject* parent = nullptr);
    explicit PipelineDocument(ReadDocument read, const QString& path = {});
    ~PipelineDocument() override;

    // A document with mistakes opens with the mistakes in diagnostics(); only what is no JSON at all is an
    // error.
    static engine::Result<std::unique_ptr<PipelineDocument>> open(const QString& path);
    engine::Status save(const QString& path, const engine::SchemaOf& schemaOf);

    const DocumentState& state() const { return *m_state; }
    std::shared_ptr<const DocumentState> snapshot() const { return m_state; }  // for other threads
    const engine::PipelineSpec& spec() const { return m_state->spec; }
    const Layout& layout() const { return m_state->layout; }
    // Of reading the file; what was wrong in it is looked at again with every change.
    const std::vector<engine::Diagnostic>& diagnostics() const { return m_diagnostics; }
    bool hasProblem() const;                          // in its text: it is not what would run
    bool isReadOnly() const { return m_isReadOnly; }  // edits are refused then
    const QByteArray& fileText() const { return m_fileText; }
    QString path() const { return m_path; }
    QString name() const;
    std::string directory() const;  // what relative paths of the document start from
    void setDirectory(const QString& directory) { m_directory = directory; }  // while there is no path
    bool isModified() const { return !m_undo.isClean(); }
    // Of what is known to be in the file; empty: nothing is known of it.
    const QByteArray& fileDigest() const { return m_fileDigest; }
    void setFileDigest(const QByteArray& digest) { m_fileDigest = digest; }
    void setModified() { m_undo.resetClean(); }  // what it says is on no disk
    // It is in the file now, unless it was edited since `saved` was taken.
    void setSaved(const QString& path, const std::shared_ptr<const DocumentState>& saved,
                  const QByteArray& digest);
    void assignId(const std::string& id);  // no undo step: it is another pipeline from now on
    QUndoStack& undoStack() { return m_undo; }

    // One undo step, unless nothing changes. Steps with one merge key (not -1) that follow each other within
    // a second become one; where that is as it was before the first, none.
    void edit(const QString& text, const Edit& change, int mergeKey = -1);
    void holdStep();  // somebody is about to go on with what was changed last
    void endStep();   // what was changed last is meant: what follows is another step
    void setClock(std::function<std::int64_t()> milliseconds) { m_clock = std::move(milliseconds); }
    void replace(const QString& text, ReadDocument read);  // by what was written as text; one undo step
    void reload(ReadDocument read);  // by what is in the file; one undo step, behind which nothing is unsaved

    // A parameter of a node; null takes it out. Steps at one `place` of it ("[1].function") may become one;
    // "!": a step on its own. `title`: what the parameter is called in the step's name.
    void setParam(const engine::NodeId& node, const std::string& name, const engine::Json& value,
                  const std::string& place = {}, const QString& title = {});

Q_SIGNALS:
    void aboutToEdit();  // what is still being read is to come first
    void changed(const engine::SpecDiff& diff);  // after edit, undo and redo alike
    void placed();                               // the layout
    void refused();                              // an edit of a document that is read-only
    void saved();                                // also when it is a copy with another path

private:
    friend class EditCommand;
    using Revision = std::uint64_t;
    bool show(Revision revision);  // false when that revision was given up to save memory
    Revision keep(std::shared_ptr<const DocumentState> state);
    void forget(Revision revision);  // one that no undo step leads to any more
    bool isSame(Revision one, Revision other) const;
    void check(const engine::PipelineSpec& before);
    void checkHead();
    void checkAll();

    std::shared_ptr<const DocumentState> m_state;
    struct Kept {
        std::shared_ptr<const DocumentState> state{};
        std::size_t bytes = 0;  // besides what the one before has, too
    };
    std::map<Revision, Kept> m_revisions;
    Revision m_current = 0, m_last = 0;
    std::size_t m_keptBytes = 0;
    std::vector<engine::Diagnostic> m_diagnostics;
    QByteArray m_fileText, m_fileDigest;
    QString m_path, m_directory;
    std::set<std::string> m_formerIds;  // of states from before a copy was saved
    bool m_isReadOnly = false;
    bool m_isJustRead = false;      // so that m_diagnostics are of it
    bool m_isCheckedWhole = false;  // something else than the head was wrong once, and undo may bring it back
    std::function<std::int64_t()> m_clock;
    std::int64_t m_heldAt = 0;   // the last edit, or the last time that one was to go on
    std::uint64_t m_stroke = 0;  // of edits; those of one may be one step
    QUndoStack m_undo;
};

}  // namespace ui
