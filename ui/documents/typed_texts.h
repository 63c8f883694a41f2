#pragma once

#include "ui/documents/file_worker.h"
#include "ui/session.h"

#include <functional>
#include <map>

namespace ui {

// What was typed as the text of documents and is not in them yet. Has it read on the file worker and taken
// as it comes back, whichever tab is shown by then. Owned by the TextView, GUI thread; only finish() reads
// there.
class TypedTexts : public QObject {
    Q_OBJECT
public:
    using Then = std::function<void()>;
    TypedTexts(Session& session, FileWorker& worker);

    void expect(OpenDocument& open);  // it is being typed: what is read now is out of date
    void read(OpenDocument& open, const QString& text);
    void finish(OpenDocument& open, const QString& text);  // at once
    void drop(OpenDocument& open) { end(&open); }          // it is given up
    bool isReading(const OpenDocument& open) const;
    bool isTaking() const { return m_isTaking; }  // an edit that comes now is what was read
    // As soon as nothing of it is typed and not read; at once where that is so. Null: of none.
    void whenRead(OpenDocument* open, Then then);
    void whenAllRead(Then then);

Q_SIGNALS:
    void taken(ui::OpenDocument* open, const QString& text, const QString& mistake);

private:
    struct Typed {
        ReadDocument read{};
        bool isOther = false;  // than the document says already
    };
    struct Entry {
        QString text{};
        std::uint64_t ticket = 0;  // only the last question counts
        bool isAsked = false;
        std::vector<Then> then{};
        QMetaObject::Connection edit{};
    };
    Entry& entryOf(OpenDocument& open);
    std::function<Typed()> reading(const OpenDocument& open, const QString& text) const;
    void take(OpenDocument& open, const QString& text, Typed typed);
    void forgetClosed();
    void end(OpenDocument* open);

    Session& m_session;
    FileWorker& m_worker;
    std::map<OpenDocument*, Entry> m_entries;
    std::uint64_t m_ticket = 0;
    bool m_isTaking = false;
};

}  // namespace ui
