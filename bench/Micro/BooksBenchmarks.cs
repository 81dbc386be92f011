using BenchmarkDotNet.Attributes;
using Commission.Engine;

namespace Commission.Micro;

/// <summary>One payee's books with so many deals in one yearly window. What changes them undoes it, so that their size
/// stays; the time is that of one change.</summary>
[MemoryDiagnoser]
public class BooksBenchmarks
{
    private DealCredit _appended = null!;
    private DealCredit _backdated = null!;
    private DealCredit _amended = null!;
    private YearOfDeals _year = null!;
    private RepBooks _books = null!;
    private bool _isAmended;

    /// <summary>In the window.</summary>
    [Params(10, 1_000, 100_000)]
    public int Deals { get; set; }

    /// <summary>Fills the books, and checks every answer against an evaluation from nothing.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _year = new YearOfDeals(Deals);
        _books = _year.Books();
        _appended = YearOfDeals.Credit("Z", YearOfDeals.Last, 5_000m);
        _backdated = YearOfDeals.Credit("Z", _year.Middle.Deal.Credited, 5_000m);
        _amended = _year.Middle with { Deal = _year.Middle.Deal with { Amount = 9_999m } };
        Answers.Check(_books, _year.FromNothing(), _year.Middle.Deal.Id);
        Answers.CheckPreview(Preview(), _year, _backdated);
        foreach (var change in (DealCredit[])[_appended, _backdated, _amended, YearOfDeals.Cancelled(_year.Middle)])
        {
            _books.Apply(change);
            Answers.Check(_books, _year.FromNothing(change), change.Deal.Id);
            _books.Apply(YearOfDeals.Cancelled(change));
            _books.Apply(_year.Middle);
        }

        Answers.Check(_books, _year.FromNothing(), _year.Middle.Deal.Id);
    }

    /// <summary>How the payee stands at the end of the year.</summary>
    [Benchmark]
    public Estimate? Estimate() => _books.Estimate(YearOfDeals.Last);

    /// <summary>What a deal in the middle of the year would do.</summary>
    [Benchmark]
    public Preview Preview() => _books.Preview(_backdated);

    /// <summary>A deal on the last day, and its cancellation.</summary>
    [Benchmark(OperationsPerInvoke = 2)]
    public void ApplyAtTheEnd()
    {
        _books.Apply(_appended);
        _books.Apply(YearOfDeals.Cancelled(_appended));
    }

    /// <summary>A deal in the middle of the year, and its cancellation.</summary>
    [Benchmark(OperationsPerInvoke = 2)]
    public void ApplyBackdated()
    {
        _books.Apply(_backdated);
        _books.Apply(YearOfDeals.Cancelled(_backdated));
    }

    /// <summary>Another amount for a deal in the middle.</summary>
    [Benchmark]
    public void Amend()
    {
        _isAmended = !_isAmended;
        _books.Apply(_isAmended ? _amended : _year.Middle);
    }

    /// <summary>The cancellation of a deal in the middle, and the deal again.</summary>
    [Benchmark(OperationsPerInvoke = 2)]
    public void Cancel()
    {
        _books.Apply(YearOfDeals.Cancelled(_year.Middle));
        _books.Apply(_year.Middle);
    }

    /// <summary>Another amount for a deal in the middle, and how the payee then stands at the year's end.</summary>
    [Benchmark]
    public Estimate? AmendThenEstimate()
    {
        Amend();
        return Estimate();
    }

    /// <summary>What the deal in the middle earns.</summary>
    [Benchmark]
    public DealEarning? EarnedBy() => _books.EarnedBy(_year.Middle.Deal.Id);

    /// <summary>How the year's figure comes about.</summary>
    [Benchmark]
    public Trace? Explain() => _books.Explain("sales", YearOfDeals.Last);

    /// <summary>How what the deal in the middle earns comes about.</summary>
    [Benchmark]
    public int ExplainDeal() => _books.ExplainDeal(_year.Middle.Deal.Id).Length;
}
