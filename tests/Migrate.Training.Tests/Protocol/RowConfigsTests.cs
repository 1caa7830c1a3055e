using Migrate.Crystals;
using Migrate.Training.Protocol;

namespace Migrate.Training.Tests.Protocol;

/// <summary>The configurations that come with the program.</summary>
public sealed class RowConfigsTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"migrate-row-{Guid.NewGuid():n}.json");

    public static TheoryData<string> Names => [.. RowConfigs.Names];

    [Fact]
    public void A_row_that_takes_the_networks_of_another_trains_them_alike()
    {
        var rows = RowConfigs.Names.Select(RowConfigs.Read).Where(row => row.NetworksOf.Length > 0).ToList();
        Assert.NotEmpty(rows);
        Assert.All(rows, row =>
        {
            var other = RowConfigs.Read(row.NetworksOf);
            Assert.Equal(other.Training.ToString(), row.Training.ToString());
            Assert.Equal((other.Pretraining, other.Networks, other.Seeds[0], other.InnerFolds), (row.Pretraining, row.Networks, row.Seeds[0], row.InnerFolds));
            Assert.Equal($"{other.Row}-by-structure", row.GroupedBy(FoldGroups.Structure).NetworksOf);
        });
    }

    [Fact]
    public void There_are_rows() => Assert.Contains("model3-pretrained", RowConfigs.Names);

    [Theory, MemberData(nameof(Names))]
    public void A_row_has_the_name_of_its_file_and_fits_its_pretraining(string name)
    {
        var row = RowConfigs.Read(name);
        Assert.Equal(name, row.Row);
        if (row.Pretraining.Length == 0)
        {
            return;
        }

        var source = RowConfigs.Pretraining(row.Pretraining);
        if (row.Kind == RowKind.Descriptors)
        {
            Assert.True(row.Environments, "a pre-training that nothing takes");
            return;
        }

        // Otherwise the weights could not be taken over.
        Assert.Equal(source.Graph, row.Training.Graph);
        var model = row.Training.Model;
        Assert.Equal(source.Model with { Variant = model.Variant, Readout = model.Readout, MarkImages = model.MarkImages }, model);
        Assert.True(row.Training.Model.MarkImages || !source.Model.MarkImages);
        Assert.Equal(7, source.Properties.Count);
    }

    [Fact]
    public void Rows_of_a_network_differ_by_what_they_compare() => Assert.Equal(
        RowConfigs.Read("model3-scratch").Training.ToString(), RowConfigs.Read("model3-pretrained").Training.ToString());

    [Fact]
    public void Grouped_by_structure_a_row_has_a_name_and_a_reference_of_its_own()
    {
        var row = RowConfigs.Read("descriptors") with { StructureReference = new RowReference { Mae = 0.2, R2 = 0.6, Tolerance = 0.01 } };
        var other = row.GroupedBy(FoldGroups.Structure);
        Assert.Equal(("descriptors-by-structure", FoldGroups.Structure, row.StructureReference), (other.Row, other.Groups, other.Reference));
        Assert.Empty(other.Curve);
        Assert.Equal(row.Descriptors, other.Descriptors);
        Assert.Same(row, row.GroupedBy(FoldGroups.Framework));
    }

    [Fact]
    public void Dealt_out_by_another_seed_a_row_has_a_name_of_its_own_and_no_reference()
    {
        var row = RowConfigs.Read("ensemble-neb");
        var other = row.GroupedBy(FoldGroups.Structure).DealtBy(4);
        Assert.Equal(("ensemble-neb-by-structure-folds-4", "ensemble-by-structure-folds-4", 4), (other.Row, other.NetworksOf, other.FoldSeed));
        Assert.Null(other.Reference);
        Assert.Same(row, row.DealtBy(row.FoldSeed));
    }

    [Fact]
    public void Unknown_names_are_told_with_those_that_are_known()
    {
        var error = Assert.Throws<InvalidInputException>(() => RowConfigs.Read("nothing"));
        Assert.Contains("no row 'nothing'", error.Message, StringComparison.Ordinal);
        Assert.Contains("model3-scratch", error.Message, StringComparison.Ordinal);
        Assert.Contains("'nothing'", Assert.Throws<InvalidInputException>(() => RowConfigs.Pretraining("nothing")).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidInputException>(() => RowConfigs.Read(_file));
    }

    [Theory]
    [InlineData("\"row\": \"\"", "row is ''")]
    [InlineData("\"row\": \"two words\"", "name without blanks")]
    [InlineData("\"title\": \"\"", "title is empty")]
    [InlineData("\"descriptorWeight\": 1.5", "descriptorWeight is 1.5")]
    [InlineData("\"networks\": 0", "networks is 0")]
    [InlineData("\"innerFolds\": 1", "innerFolds is 1")]
    [InlineData("\"folds\": 1", "folds is 1")]
    [InlineData("\"seeds\": []", "seeds must be")]
    [InlineData("\"seeds\": [1, 1]", "seeds must be")]
    [InlineData("\"potential\": \"M3GNet\"", "potential is 'M3GNet'; only rows of the kinds Descriptors and Ensemble")]
    [InlineData("\"networksOf\": \"ensemble\"", "networksOf is 'ensemble'; only rows of the kind Ensemble")]
    [InlineData("\"environments\": true, \"kind\": \"Descriptors\"", "environments is true; that takes a pretraining")]
    [InlineData("\"environments\": true, \"pretraining\": \"pretrain-compact\"", "environments is true; that takes a pretraining and a row of the kind Descriptors or Ensemble")]
    [InlineData("\"descriptors\": { \"treeShare\": 1.2 }", "descriptors.treeShare is 1.2")]
    [InlineData("\"descriptors\": { \"halvesShare\": -0.1 }", "descriptors.halvesShare is -0.1")]
    [InlineData("\"descriptors\": { \"process\": { \"variance\": -1 } }", "descriptors.process.variance is -1; it must be positive")]
    [InlineData("\"descriptors\": { \"halves\": { \"groupVariance\": -1 } }", "descriptors.halves.groupVariance is -1; it must be at least 0")]
    [InlineData("\"descriptors\": { \"halves\": { \"join\": \"Power\" } }", "wrong type of value at descriptors.halves.join")]
    [InlineData("\"curve\": [5]", "curve holds a size below 10")]
    [InlineData("\"kind\": \"Guess\"", "wrong type of value at kind")]
    [InlineData("\"training\": { \"epochs\": 0 }", "epochs is 0")]
    [InlineData("\"colour\": 1", "unknown name 'colour'")]
    public void Mistakes_in_a_file_of_ones_own_are_named(string member, string expected)
    {
        File.WriteAllText(_file, $$"""{ "row": "own", "title": "Own", {{member}} }""");
        var error = Assert.Throws<InvalidInputException>(() => RowConfigs.Read(_file));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.StartsWith(_file, error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => File.Delete(_file);
}
