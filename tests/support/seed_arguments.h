#pragma once

#include <QtTest>

// Runs a test of Qt Test that has public members `first` and `count`: `--first SEED` and `--pipelines N` set
// them, all other arguments are Qt Test's.
template <class Test>
int runWithSeeds(Test& test, int argc, char** argv)
{
    QCoreApplication application(argc, argv);
    QStringList arguments = application.arguments();
    for (const char* name : {"--pipelines", "--first"}) {
        const auto at = arguments.indexOf(QLatin1String(name));
        if (at < 0 || at + 1 >= arguments.size()) continue;
        (QLatin1String(name) == QLatin1String("--first") ? test.first : test.count) =
            arguments[at + 1].toULongLong();
        arguments.remove(at, 2);
    }
    return QTest::qExec(&test, arguments);
}
