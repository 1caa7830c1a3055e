using Migrate.Evaluation;
using Migrate.Training.Protocol;

namespace Migrate.Training.Tests.Protocol;

public sealed class CrossValidationTests : IDisposable
{
    // Four frameworks, several paths each.
    private readonly LabelledPaths _data = new(22);
    private readonly PathStore _paths;
    private readonly string _root = Directory.CreateTempSubdirectory("migrate-folds-").FullName;

    public CrossValidationTests() => _paths = PathStore.Read([_data.File_], 5);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Every_path_is_predicted_once_a_seed_by_a_model_that_has_not_seen_its_framework()
    {
        var learner = new CountingLearner();
        var reports = new List<(int Seed, int Fold)>();
        var rows = new CrossValidation(_paths, 3, 1).Run(learner, [4, 9], _root, (seed, fold, _) => reports.Add((seed, fold)), null, Cancel);
        foreach (var seed in new[] { 4, 9 })
        {
            Assert.Equal(_paths.Names.Order(), rows.Where(r => r.Row.Seed == seed).Select(r => r.Row.Name).Order());
        }

        Assert.Equal(6, learner.Calls.Count);
        Assert.Equal(6, learner.Calls.Select(c => c.Folder).Distinct().Count());
        Assert.Equal([(4, 0), (4, 1), (4, 2), (9, 0), (9, 1), (9, 2)], reports);
        Assert.All(learner.Calls, call =>
        {
            Assert.Equal(Enumerable.Range(0, _paths.Count), call.Training.Concat(call.Evaluated).Order());
            Assert.Empty(call.Training.Select(i => _paths.GroupKeys[i]).Intersect(call.Evaluated.Select(i => _paths.GroupKeys[i])));
        });
    }

    [Fact]
    public void Grouped_by_structure_the_paths_of_one_structure_stay_together_and_those_of_a_framework_need_not()
    {
        // path_0, path_1 … become paths of eight structures, two of each framework.
        var file = Path.Combine(_root, "structures.jsonl");
        File.WriteAllLines(file, File.ReadAllLines(_data.File_).Select((line, i) => line.Replace($"\"path_{i}\"", $"\"host{i % 8}_{i / 8}\"", StringComparison.Ordinal)));
        using var paths = PathStore.Read([file], 5);
        Assert.Equal(8, paths.StructureKeys.Distinct().Count());
        Assert.Equal(4, paths.GroupKeys.Distinct().Count());
        var learner = new CountingLearner();
        new CrossValidation(paths, 8, 1, FoldGroups.Structure).Run(learner, [1], _root, null, null, Cancel);
        Assert.All(learner.Calls, call =>
        {
            Assert.Single(call.Evaluated.Select(i => paths.StructureKeys[i]).Distinct());
            Assert.DoesNotContain(paths.StructureKeys[call.Evaluated[0]], call.Training.Select(i => paths.StructureKeys[i]));
            Assert.Contains(paths.GroupKeys[call.Evaluated[0]], call.Training.Select(i => paths.GroupKeys[i]));
        });
    }

    [Fact]
    public void A_row_says_all_about_its_path()
    {
        var rows = new CrossValidation(_paths, 2, 1).Run(new CountingLearner(spread: 0.3), [4], _root, null, null, Cancel);
        Assert.All(rows, row =>
        {
            var i = _paths.Names.ToList().IndexOf(row.Row.Name);
            Assert.Equal((_paths.Barriers[i], CountingLearner.Barrier(i, 4)), (row.Row.Expected, row.Row.Predicted));
            Assert.Equal(("Li", "TEST", _paths.GroupKeys[i]), (row.Row.Ion, row.Row.Class, row.Row.Framework));
            Assert.Equal((PredictionSplit.CrossValidation, 4, 0.3), (row.Row.Split, row.Row.Seed, row.Spread));
            Assert.Equal(_paths.Count - rows.Count(r => r.Row.Fold == row.Row.Fold), row.Row.TrainSize);
        });
    }

    [Fact]
    public void What_is_finished_is_not_run_again()
    {
        var first = Run(new CountingLearner());
        var again = new CountingLearner();
        Assert.Equal(first, Run(again));
        Assert.Empty(again.Calls);

        // One more seed: only that one. One fold lost: only that fold.
        Run(again, seeds: [1, 2]);
        Assert.Equal([2, 2], again.Calls.Select(c => c.Seed));
        Directory.Delete(Path.Combine(_root, "seed-1-fold-1"), recursive: true);
        var third = new CountingLearner();
        Assert.Equal(first, Run(third));
        Assert.Equal("seed-1-fold-1", Path.GetFileName(Assert.Single(third.Calls).Folder));
    }

    [Fact]
    public void Spreads_come_back_from_the_folder_too()
    {
        Assert.Equal(Run(new CountingLearner(spread: 0.1 + 0.2)), Run(new CountingLearner(spread: 0.1 + 0.2)));
        Assert.All(Run(new CountingLearner(spread: 5)), row => Assert.Equal(0.1 + 0.2, row.Spread));
    }

    [Fact]
    public void Other_settings_and_other_folds_are_run_anew()
    {
        Run(new CountingLearner());
        var settings = new CountingLearner("other");
        Run(settings);
        Assert.Equal(2, settings.Calls.Count);

        var folds = new CountingLearner();
        new CrossValidation(_paths, 4, 1).Run(folds, [1], _root, null, null, Cancel);
        Assert.Equal(4, folds.Calls.Count);
    }

    [Theory]
    [InlineData("\"target\": 0.", "\"target\": 1.")]
    [InlineData("[0.75, 0.7, ", "[0.75, 0.71, ")]
    [InlineData(", 0, 0], [0, ", ", 0, 0], [0.1, ")]
    public void Other_barriers_other_sites_and_other_lattices_are_run_anew(string from, string to)
    {
        Run(new CountingLearner());
        var text = File.ReadAllText(_data.File_);
        Assert.Contains(from, text, StringComparison.Ordinal);
        File.WriteAllText(_data.File_, text.Replace(from, to, StringComparison.Ordinal));
        using var others = PathStore.Read([_data.File_], 5);
        var data = new CountingLearner();
        new CrossValidation(others, 2, 1).Run(data, [1], _root, null, null, Cancel);
        Assert.Equal(2, data.Calls.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# of another fit\nname,barrier_ev,spread_ev\n")]
    [InlineData(null)]
    public void A_damaged_folder_is_run_anew(string? text)
    {
        var first = Run(new CountingLearner());
        var file = Path.Combine(_root, "seed-1-fold-0", "fit.csv");
        var kept = File.ReadAllText(file);
        // Without a text: the last line is missing, as of another set of paths.
        File.WriteAllText(file, text ?? kept[..(kept.TrimEnd().LastIndexOf('\n') + 1)]);
        var learner = new CountingLearner();
        Assert.Equal(first, Run(learner));
        Assert.Single(learner.Calls);
        Assert.Equal(kept, File.ReadAllText(file));
    }

    [Fact]
    public void Folds_can_be_run_one_by_one_and_collected()
    {
        var (single, all) = (new CountingLearner(), new CountingLearner());
        var protocol = new CrossValidation(_paths, 2, 1);
        var parts = new[] { 1, 0 }.SelectMany(f => protocol.Run(single, [1], _root, null, [f], Cancel)).ToList();
        Assert.Equal(parts.OrderBy(r => r.Row.Fold), protocol.Run(all, [1], _root, null, null, Cancel).OrderBy(r => r.Row.Fold));
        Assert.Empty(all.Calls);
    }

    [Fact]
    public void Smaller_training_sets_of_a_curve_are_parts_of_larger_ones()
    {
        var learner = new CountingLearner();
        var protocol = new CrossValidation(_paths, 2, 1);
        var rows = protocol.LearningCurve(learner, [3, 6, 1000], [1, 2], _root, Cancel);
        var available = protocol.Fold.Count(f => f != 0);
        Assert.Equal([3, 6, available, 3, 6, available], learner.Calls.Select(c => c.Training.Length));
        foreach (var calls in learner.Calls.GroupBy(c => c.Seed).Select(g => g.ToList()))
        {
            Assert.Empty(calls[0].Training.Except(calls[1].Training));
            Assert.Empty(calls[1].Training.Except(calls[2].Training));
        }

        Assert.All(learner.Calls, call => Assert.All(call.Training, i => Assert.NotEqual(0, protocol.Fold[i])));
        Assert.NotEqual(learner.Calls[0].Training, learner.Calls[3].Training);
        Assert.All(rows, row => Assert.Equal(PredictionSplit.LearningCurve, row.Row.Split));
        Assert.Equal([3, 6, available], rows.Select(r => r.Row.TrainSize).Distinct());
    }

    public void Dispose()
    {
        _paths.Dispose();
        _data.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    private IReadOnlyList<ProtocolRow> Run(IBarrierLearner learner, int[]? seeds = null) =>
        new CrossValidation(_paths, 2, 1).Run(learner, seeds ?? [1], _root, null, null, Cancel);
}
