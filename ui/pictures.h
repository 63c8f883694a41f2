#pragma once

#include "ui/main_window.h"

#include <QStringList>
#include <QTimer>

namespace ui {

// Brings the window into states that are worth a picture, by its own commands and with the examples running
// in it, and takes the pictures. Owned by runWindow, GUI thread; knows the window from outside only.
class Pictures : public QObject {
    Q_OBJECT
public:
    Pictures(Session& session, MainWindow& window);
    static QStringList states();  // by name, in the order in which they are taken
    void show(const QString& state);
    void take(const QString& state, const QString& file);
    // All that need nothing from outside: FOLDER/STATE-THEME.png, at twice the scale STATE-THEME@2x.png.
    void takeAll(const QString& folder);

Q_SIGNALS:
    void finished(bool isDone);  // not done: a state did not come about, or a file was not written

private:
    struct Wanted {
        const struct PictureState* state = nullptr;
        QString file{};  // empty: it is only shown
    };
    void begin(std::vector<Wanted> wanted);
    void reset();
    void next();
    void check();
    bool isRun(const std::vector<const char*>& wanted);
    void save();

    Session& m_session;
    MainWindow& m_window;
    std::vector<Wanted> m_wanted;
    std::map<QString, OpenDocument*> m_run;  // of the examples, by file
    OpenDocument* m_before = nullptr;        // that was shown when the next example was asked for
    std::size_t m_now = 0, m_example = 0;
    bool m_isAsked = false, m_isPosed = false;
    int m_checksLeft = 0, m_checksThere = 0;
    QTimer m_check;
};

}  // namespace ui
