namespace Migrate.Evaluation.Tests.Reporting;

/// <summary>A run with everything a report can show: folds, two seeds, test paths in all scenarios, intervals and a learning curve.</summary>
internal static class SampleRun
{
    public static ResultRun Create(string title, double noise, bool intervals = true, bool curve = true) => new(
        new RowInfo
        {
            Row = title.Replace(' ', '-'),
            Title = title,
            Size = "hidden 64",
            Parameters = 1234,
            Protocol = "grouped 3-fold cross-validation, seeds 1-2",
            Date = new DateOnly(2026, 11, 23),
            Commit = "abc1234",
            TrainingPaths = 24,
            Seconds = 100,
        },
        new PredictionSet(Rows(noise, intervals, curve)));

    private static IEnumerable<PredictionRow> Rows(double noise, bool intervals, bool curve)
    {
        var random = new RandomSource(1);
        for (var i = 0; i < 36; i++)
        {
            var structure = i / 3;
            var path = new PredictionRow
            {
                Split = PredictionSplit.Test,
                Seed = 1,
                TrainSize = 24,
                Name = $"Li{(structure % 2) + 1}M{structure / 2}O2_{i % 3}",
                Ion = structure % 4 == 0 ? "Na" : "Li",
                Class = structure % 3 == 0 ? "A & <B>" : "SPINEL",
                Framework = $"M{structure / 2}O2",
                Expected = 0.1 + (0.05 * i),
                Predicted = 0,
            };
            PredictionRow Predict(PredictionRow row)
            {
                var predicted = row.Expected + (noise * ((random.NextIndex(200) / 100.0) - 1));
                return row with { Predicted = predicted, Lower = intervals ? predicted - noise : null, Upper = intervals ? predicted + noise : null };
            }

            if (i % 3 == 2)
            {
                yield return Predict(path);
                continue;
            }

            for (var seed = 1; seed < 3; seed++)
            {
                yield return Predict(path with { Split = PredictionSplit.CrossValidation, Seed = seed, Fold = structure % 3, TrainSize = 16 });
                yield return Predict(path with { Split = PredictionSplit.Training, Seed = seed });
                if (curve && structure % 3 == 0)
                {
                    yield return Predict(path with { Split = PredictionSplit.LearningCurve, Seed = seed, Fold = 0, TrainSize = 8 });
                    yield return Predict(path with { Split = PredictionSplit.LearningCurve, Seed = seed, Fold = 0, TrainSize = 16 });
                }
            }
        }
    }
}
