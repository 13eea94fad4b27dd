"""The charter of the demonstration: what an association asks of its coops' collections, in a page."""

from typing import Final

CHARTER: Final = """Charte des collectes en ligne des coopératives scolaires

1. À quoi sert une collecte
Une collecte finance un projet de la coopérative scolaire, décidé avec les élèves et au bénéfice de tous. Elle a l’un de ces objets\u00a0: la contribution volontaire des familles, une sortie ou un voyage scolaire, une fête de l’école ou un spectacle, une vente au profit de la coopérative.

2. Ce qu’une collecte n’est jamais
Aucun droit d’inscription, aucune cotisation obligatoire, aucun achat de matériel qui revient à la commune, aucun bénéfice pour une personne ou une entreprise. Les chèques ne sont pas acceptés en ligne. Les espèces restent possibles\u00a0: elles vont à la caisse de la coopérative et s’enregistrent à part.

3. La contribution est volontaire
Chaque famille choisit de contribuer ou non. Aucun enfant n’est exclu d’une activité parce que sa famille n’a pas contribué. Personne ne publie, n’affiche ni ne communique qui a contribué et qui ne l’a pas fait.

4. Qui est responsable
Chaque collecte est décidée par le Conseil de coopérative\u00a0: la date de sa décision est indiquée à la publication. Elle est conduite sous la responsabilité du mandataire et du Conseil de coopérative. Le mandataire ne prête pas son accès.

5. Où va l’argent
L’argent collecté est viré sur le compte bancaire de la coopérative, et sur aucun autre. Le récapitulatif de chaque collecte est gardé avec les pièces comptables. L’association départementale et ses contrôleurs peuvent le consulter à tout moment.

6. Les données des familles
Le formulaire ne demande que ce qui est utile à la collecte. Les noms des familles et des enfants ne sont utilisés pour rien d’autre et ne sont transmis à personne.

7. En cas de manquement
L’association départementale peut suspendre une collecte qui ne respecte pas cette charte. Les familles qui le demandent sont alors remboursées.
"""  # noqa: E501 (one paragraph is one line)
"""Its paragraphs are lines, as a person types them into the page « Charte »."""
