namespace Commission.Contracts.Grains;

/// <summary>A message that only a later version has.</summary>
/// <param name="Text">What is asked, or answered.</param>
[GenerateSerializer]
[Alias("commission.next-question")]
public sealed record NextQuestion(string Text);
