namespace Migrate.Evaluation.Tests.Reporting;

/// <summary>The two files of a result folder: what is written is read again, and what is broken is refused with its place.</summary>
public sealed class ResultFolderTests : IDisposable
{
    private const string Header = "split,seed,fold,train_size,name,ion,class,framework,expected_ev,predicted_ev,lower_ev,upper_ev";

    private static readonly PredictionRow Row = new()
    {
        Split = PredictionSplit.CrossValidation,
        Seed = 1,
        Fold = 0,
        TrainSize = 447,
        Name = "Li2MnO3_4",
        Ion = "Li",
        Class = "OXIDES",
        Framework = "O3Mn1",
        Expected = 0.575,
        Predicted = 0.1 + 0.2,
        Lower = 0.2,
        Upper = 0.9,
    };

    private static readonly RowInfo Info = new()
    {
        Row = "model3-pretrained",
        Title = "MODEL-3, pre-trained",
        Size = "hidden 64, 2+2 layers",
        Parameters = 123456,
        Protocol = "grouped 5-fold cross-validation, seeds 1-2",
        Date = new DateOnly(2026, 11, 23),
        Commit = "abc1234",
        TrainingPaths = 559,
        Seconds = 812.5,
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("migrate-results-").FullName;

    [Fact]
    public void Predictions_are_read_as_written()
    {
        PredictionRow[] rows =
        [
            Row,
            Row with { Split = PredictionSplit.Training, Fold = null, Lower = null, Upper = null },
            Row with { Split = PredictionSplit.LearningCurve, TrainSize = 100 },
            Row with { Split = PredictionSplit.Test, Fold = null, Name = "with, comma and \"quote\"", Class = "", Framework = "" },
        ];
        var folder = Path.Combine(_folder, "new");
        PredictionSet.Write(folder, rows);
        Assert.Equal(rows, PredictionSet.Read(folder).Rows);
        Assert.Equal([PredictionSet.FileName], Directory.GetFiles(folder).Select(Path.GetFileName));
        Assert.Equal(Header, File.ReadLines(Path.Combine(folder, PredictionSet.FileName)).First());
    }

    [Fact]
    public void Row_is_read_as_written()
    {
        Info.Write(_folder);
        Assert.Equal(Info, RowInfo.Read(_folder));
        Assert.Contains("\"trainingPaths\": 559", File.ReadAllText(Path.Combine(_folder, RowInfo.FileName)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("split,seed\ncv,1", ":1: no column fold, train_size, name")]
    [InlineData(Header, ":1: no predictions")]
    [InlineData(Header + "\ncv,1,0,447,a,Li,C,F,0.5", ":2: 9 cells; the header has 12")]
    [InlineData(Header + "\nvalidation,1,0,447,a,Li,C,F,0.5,0.4,,", ":2: split \"validation\"; one of cv, train, test, curve")]
    [InlineData(Header + "\ncv,one,0,447,a,Li,C,F,0.5,0.4,,", ":2: \"one\" in column seed; a whole number")]
    [InlineData(Header + "\ncv,1,0,,a,Li,C,F,0.5,0.4,,", ":2: nothing in column train_size")]
    [InlineData(Header + "\ncv,1,0,447,a,Li,C,F,0.5,nan,,", ":2: \"nan\" in column predicted_ev; a finite number")]
    [InlineData(Header + "\ncv,1,0,447,,Li,C,F,0.5,0.4,,", ":2: the path needs a name")]
    [InlineData(Header + "\ncv,1,-1,447,a,Li,C,F,0.5,0.4,,", ":2: fold -1")]
    [InlineData(Header + "\ncv,1,0,447,a,Li,C,F,0.5,0.4,0.6,0.2", ":2: interval from 0.6 to 0.2 eV for a")]
    [InlineData(Header + "\ncv,1,0,447,a,Li,C,F,0.5,0.4,0.6,", ":2: interval from 0.6 to  eV for a")]
    [InlineData(Header + "\ncv,1,0,447,a,Li,C,F,0.5,0.4,,\ncv,1,0,447,a,Li,C,F,0.5,0.3,,", ":3: a is predicted a second time")]
    [InlineData(Header + "\ncv,1,0,447,a,Li,C,F,0.5,0.4,,\ncv,2,0,447,a,Na,C,F,0.5,0.3,,", ":3: a has another barrier, ion")]
    [InlineData(Header + "\ncv,1,0,447,a,Li,C,F,0.5,0.4,,\ntest,1,,559,a,Li,C,F,0.5,0.3,,", ":3: a is both a test path")]
    [InlineData(Header + "\ncv,1,0,447,\"a,Li,C,F,0.5,0.4,,", ":2: quotes do not match")]
    public void Broken_predictions_are_refused_with_their_place(string text, string message)
    {
        File.WriteAllText(Path.Combine(_folder, PredictionSet.FileName), text);
        var thrown = Assert.Throws<InvalidDataException>(() => PredictionSet.Read(_folder));
        Assert.Contains(PredictionSet.FileName + (message.StartsWith(':') ? message : ": " + message), thrown.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', thrown.Message);
    }

    [Theory]
    [InlineData("{", ":1: ")]
    [InlineData("null", ": null; an object")]
    [InlineData("{ \"row\": \"a\" }", "missing required")]
    [InlineData("{\n \"row\": 3 }", ":2: ")]
    public void Broken_row_is_refused_with_its_place(string text, string message)
    {
        var path = Path.Combine(_folder, RowInfo.FileName);
        File.WriteAllText(path, text);
        var thrown = Assert.Throws<InvalidDataException>(() => RowInfo.Read(_folder));
        Assert.StartsWith(path, thrown.Message, StringComparison.Ordinal);
        Assert.Contains(message, thrown.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', thrown.Message);
    }

    [Fact]
    public void Values_out_of_range_are_neither_written_nor_read()
    {
        Assert.Contains("negative", Assert.Throws<ArgumentException>(() => (Info with { Parameters = -1 }).Write(_folder)).Message, StringComparison.Ordinal);
        Assert.Contains("blanks", Assert.Throws<ArgumentException>(() => (Info with { Row = "a b" }).Write(_folder)).Message, StringComparison.Ordinal);
        Assert.Contains("finite", Assert.Throws<ArgumentException>(() => PredictionSet.Write(_folder, [Row with { Predicted = double.NaN }])).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
