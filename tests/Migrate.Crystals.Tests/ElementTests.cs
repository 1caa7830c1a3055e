namespace Migrate.Crystals.Tests;

public class ElementTests
{
    [Fact]
    public void Every_symbol_names_its_own_element()
    {
        for (var z = 1; z <= Element.Count; z++)
        {
            var element = Element.FromAtomicNumber(z);
            Assert.True(Element.TryParse(element.Symbol, out var parsed));
            Assert.Same(element, parsed);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(119)]
    public void Atomic_numbers_without_an_element_are_refused(int atomicNumber) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Element.FromAtomicNumber(atomicNumber));

    [Theory]
    [InlineData("Li", 3)]
    [InlineData("Og", 118)]
    [InlineData("D", 1)]
    [InlineData("T", 1)]
    public void Symbol_is_read_exactly(string symbol, int atomicNumber)
    {
        Assert.True(Element.TryParse(symbol, out var element));
        Assert.Equal(atomicNumber, element.AtomicNumber);
    }

    [Theory]
    [InlineData("LI")]
    [InlineData("li")]
    [InlineData("Li ")]
    [InlineData("Li1")]
    [InlineData("Xx")]
    [InlineData("")]
    [InlineData(null)]
    public void Anything_but_a_symbol_is_refused(string? symbol) => Assert.False(Element.TryParse(symbol, out _));

    [Theory]
    [InlineData("Li", "Li")]
    [InlineData("Fe2+", "Fe")]
    [InlineData("O2-", "O")]
    [InlineData("Li1+", "Li")]
    [InlineData("Li+", "Li")]
    [InlineData("Li_pv", "Li")]
    [InlineData("Li/abc", "Li")]
    [InlineData("Fe1", "Fe")]
    [InlineData("O1'", "O")]
    [InlineData("Co", "Co")]
    [InlineData("C1o", "C")]
    [InlineData("D1", "H")]
    public void Species_and_labels_name_their_element(string text, string symbol)
    {
        Assert.True(Element.TryParseSpecies(text, out var element));
        Assert.Equal(symbol, element.Symbol);
    }

    [Theory]
    [InlineData("Ow1")]
    [InlineData("LI1")]
    [InlineData("2Li")]
    [InlineData("?")]
    [InlineData("Vac")]
    [InlineData("Li\u00e9")]
    [InlineData("")]
    [InlineData(null)]
    public void Words_that_only_start_like_a_symbol_are_refused(string? text) => Assert.False(Element.TryParseSpecies(text, out _));
}
