#include "ui/commands/command_words.h"

#include <QCoreApplication>

#include <initializer_list>
#include <utility>

namespace ui {

namespace {

constexpr std::initializer_list<std::pair<const char*, const char*>> kWords{
    {"file.new", QT_TRANSLATE_NOOP("ui::CommandWords", "create document")},
    {"file.open", QT_TRANSLATE_NOOP("ui::CommandWords", "load import")},
    {"file.save", QT_TRANSLATE_NOOP("ui::CommandWords", "write store")},
    {"file.save_as", QT_TRANSLATE_NOOP("ui::CommandWords", "export copy")},
    {"file.rename", QT_TRANSLATE_NOOP("ui::CommandWords", "name title")},
    {"file.quit", QT_TRANSLATE_NOOP("ui::CommandWords", "exit leave close window")},
    {"run.run", QT_TRANSLATE_NOOP("ui::CommandWords", "start play launch execute continue deploy")},
    {"run.again", QT_TRANSLATE_NOOP("ui::CommandWords", "restart rerun reload apply redeploy")},
    {"run.anew", QT_TRANSLATE_NOOP("ui::CommandWords", "reset fresh scratch clear state replay")},
    {"run.pause", QT_TRANSLATE_NOOP("ui::CommandWords", "hold suspend freeze")},
    {"run.resume", QT_TRANSLATE_NOOP("ui::CommandWords", "continue unpause")},
    {"run.checkpoint", QT_TRANSLATE_NOOP("ui::CommandWords", "savepoint snapshot state")},
    {"run.drain", QT_TRANSLATE_NOOP("ui::CommandWords", "finish flush empty end")},
    {"run.stop", QT_TRANSLATE_NOOP("ui::CommandWords", "kill cancel abort terminate halt end")},
    {"view.home", QT_TRANSLATE_NOOP("ui::CommandWords", "gallery examples samples start")},
    {"view.design", QT_TRANSLATE_NOOP("ui::CommandWords", "canvas editor graph")},
    {"view.jobs", QT_TRANSLATE_NOOP("ui::CommandWords", "runs history processes")},
    {"view.alerts", QT_TRANSLATE_NOOP("ui::CommandWords", "alarms warnings notifications")},
    {"view.text", QT_TRANSLATE_NOOP("ui::CommandWords", "json source code")},
    {"view.rows", QT_TRANSLATE_NOOP("ui::CommandWords", "data table values peek")},
    {"view.problems", QT_TRANSLATE_NOOP("ui::CommandWords", "errors mistakes warnings diagnostics")},
    {"view.log", QT_TRANSLATE_NOOP("ui::CommandWords", "messages events console history")},
    {"view.find", QT_TRANSLATE_NOOP("ui::CommandWords", "search palette operator")},
    {"view.palette", QT_TRANSLATE_NOOP("ui::CommandWords", "sidebar components")},
    {"view.inspector", QT_TRANSLATE_NOOP("ui::CommandWords", "sidebar properties settings parameters")},
    {"view.dock", QT_TRANSLATE_NOOP("ui::CommandWords", "bottom panel")},
    {"view.fit", QT_TRANSLATE_NOOP("ui::CommandWords", "zoom overview everything")},
    {"view.theme", QT_TRANSLATE_NOOP("ui::CommandWords", "preferences settings appearance theme night mode")},
    {"view.desktop", QT_TRANSLATE_NOOP("ui::CommandWords", "preferences appearance theme system")},
    {"view.animation", QT_TRANSLATE_NOOP("ui::CommandWords", "preferences settings motion effects")},
    {"alerts.acknowledge", QT_TRANSLATE_NOOP("ui::CommandWords", "confirm seen mute ack")},
    {"canvas.add", QT_TRANSLATE_NOOP("ui::CommandWords", "insert new node operator")},
    {"canvas.connect", QT_TRANSLATE_NOOP("ui::CommandWords", "wire link edge join")},
    {"canvas.connect_from", QT_TRANSLATE_NOOP("ui::CommandWords", "wire link edge connect")},
    {"canvas.note", QT_TRANSLATE_NOOP("ui::CommandWords", "comment annotation sticky")},
    {"canvas.frame", QT_TRANSLATE_NOOP("ui::CommandWords", "group box section")},
    {"canvas.undo", QT_TRANSLATE_NOOP("ui::CommandWords", "back revert step")},
    {"canvas.redo", QT_TRANSLATE_NOOP("ui::CommandWords", "forward repeat step")},
    {"canvas.duplicate", QT_TRANSLATE_NOOP("ui::CommandWords", "clone copy")},
    {"canvas.delete", QT_TRANSLATE_NOOP("ui::CommandWords", "remove erase clear")},
    {"canvas.delete_reconnect", QT_TRANSLATE_NOOP("ui::CommandWords", "remove bypass heal")},
    {"canvas.rename", QT_TRANSLATE_NOOP("ui::CommandWords", "title label name")},
    {"canvas.disable", QT_TRANSLATE_NOOP("ui::CommandWords", "mute skip bypass switch off on")},
    {"canvas.configure", QT_TRANSLATE_NOOP("ui::CommandWords", "edit properties parameters options")},
    {"canvas.select_none", QT_TRANSLATE_NOOP("ui::CommandWords", "deselect pipeline settings parameters")},
    {"canvas.tidy", QT_TRANSLATE_NOOP("ui::CommandWords", "layout arrange clean automatic")},
    {"canvas.minimap", QT_TRANSLATE_NOOP("ui::CommandWords", "map navigator")},
    {"chart.threshold_add", QT_TRANSLATE_NOOP("ui::CommandWords", "limit line alarm")},
    {"chart.draw_port", QT_TRANSLATE_NOOP("ui::CommandWords", "plot graph new")},
    {"help.keys", QT_TRANSLATE_NOOP("ui::CommandWords", "shortcuts hotkeys bindings keyboard help")},
    {"help.commands", QT_TRANSLATE_NOOP("ui::CommandWords", "palette actions search")},
};

}  // namespace

const QHash<QString, QString>& commandWords()
{
    static const QHash<QString, QString> words = [] {
        QHash<QString, QString> all;
        for (const auto& [id, text] : kWords)
            all[QString::fromLatin1(id)] = QCoreApplication::translate("ui::CommandWords", text);
        return all;
    }();
    return words;
}

}  // namespace ui
