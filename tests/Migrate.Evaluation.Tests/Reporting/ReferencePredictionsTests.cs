using Migrate.Testing;

namespace Migrate.Evaluation.Tests.Reporting;

public sealed class ReferencePredictionsTests : IDisposable
{
    private const string Header = "split,jid,sys_name,em_ev,model3\n";

    private readonly string _file = Path.GetTempFileName();

    [Fact]
    public void Published_file_gives_the_numbers_of_the_paper()
    {
        var reference = ReferencePredictions.Read(
            SharedFolder.Require("data", "migration-barriers", "upstream-predictions.csv"), new Dictionary<string, PathPrediction>());
        Assert.Equal(["model1", "model2", "model3", "model4", "mace_relax", "mace_no_relax"], reference.Models.Select(m => m.Column));
        var (_, training, test) = reference.Models[2];
        Assert.Equal((559, 60), (training.Count, test.Count));
        Assert.Equal(0.261, test.Average(path => path.AbsoluteError), 3);
    }

    [Fact]
    public void Known_paths_lend_their_chemistry_and_empty_cells_are_left_out()
    {
        File.WriteAllText(_file, Header + "train,0,a,0.5,0.4\ntest,0,b,0.7,\n");
        var known = new Dictionary<string, PathPrediction> { ["a"] = new("a", "Li", "OXIDES", "O1", 0.5, 0.9) };
        var model = Assert.Single(ReferencePredictions.Read(_file, known).Models);
        Assert.Equal(new PathPrediction("a", "Li", "OXIDES", "O1", 0.5, 0.4), Assert.Single(model.Training));
        Assert.Empty(model.Test);
    }

    [Theory]
    [InlineData("split,sys_name,em_ev\n", ":1: no column with predictions")]
    [InlineData("name,em_ev\n", ":1: no column split, sys_name")]
    [InlineData(Header + "fold,0,a,0.5,0.4\n", ":2: split \"fold\"; train or test")]
    [InlineData(Header + "test,0,a,0.6,0.4\n", ":2: a has a barrier of 0.6 eV here and of 0.5 eV in the runs")]
    [InlineData(Header + "test,0,b,0.6,much\n", ":2: \"much\" in column model3")]
    public void Broken_file_is_refused_with_its_place(string text, string message)
    {
        File.WriteAllText(_file, text);
        var known = new Dictionary<string, PathPrediction> { ["a"] = new("a", "Li", "OXIDES", "O1", 0.5, 0.9) };
        Assert.StartsWith(_file + message, Assert.Throws<InvalidDataException>(() => ReferencePredictions.Read(_file, known)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => File.Delete(_file);
}
