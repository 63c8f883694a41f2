#pragma once

#include <QObject>
#include <QPointer>
#include <QThreadPool>

#include <functional>
#include <memory>

namespace ui {

// Does what touches the disk on one thread of its own, in the order in which it was asked, and answers on the
// GUI thread. Owned by Documents; its destructor waits until all is done. What is asked must not refer to
// anything of the GUI thread.
class FileWorker : public QObject {
    Q_OBJECT
public:
    FileWorker();
    ~FileWorker() override;
    void run(std::function<void()> work);
    void finish();  // waits until all that was asked is done; answers are still to come

    // `reply` gets what `work` returned, unless `receiver` is gone by then.
    template <class Work, class Reply>
    void ask(QObject* receiver, Work work, Reply reply)
    {
        const QPointer<QObject> guard(receiver);
        run([this, guard, work = std::move(work), reply = std::move(reply)]() mutable {
            auto answer = std::make_shared<decltype(work())>(work());
            QMetaObject::invokeMethod(
                this,
                [guard, answer, reply = std::move(reply)]() mutable {
                    if (guard) reply(std::move(*answer));
                },
                Qt::QueuedConnection);
        });
    }

private:
    QThreadPool m_pool;
};

}  // namespace ui
